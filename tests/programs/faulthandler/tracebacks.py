# Tracebacks of threads are dumped into files, at once, after a time, or when a signal asks.
import faulthandler
import os
import signal
import tempfile
import threading
import time


def shown(file):
    file.seek(0)
    lines = file.read().decode().splitlines()
    file.seek(0)
    file.truncate()
    return [line.split(", line")[0].split("0x")[0] if "/" in line or "0x" in line else line for line in lines]


with tempfile.TemporaryFile() as file:

    def dump():
        faulthandler.dump_traceback(file, all_threads=False)

    dump()
    print(len(shown(file)) > 2)  # expect: True
    faulthandler.dump_traceback(file.fileno())
    print(shown(file)[0])  # expect: Current thread
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    faulthandler.dump_traceback(file)
    print([line for line in shown(file) if "hread" in line and "File" not in line])  # expect: ['Thread ', 'Current thread ']
    done.set()
    thread.join()
    faulthandler.dump_traceback_later(0.01, file=file)
    time.sleep(0.1)
    print(shown(file)[:2])  # expect: ['Timeout (0:00:00.010000)!', 'Thread ']
    faulthandler.dump_traceback_later(60, file=file)
    faulthandler.cancel_dump_traceback_later()
    faulthandler.register(signal.SIGUSR1, file)
    os.kill(os.getpid(), signal.SIGUSR1)
    print(shown(file)[0], faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))  # expect: Current thread  True False
    print(faulthandler.is_enabled())  # expect: False
    faulthandler.enable(file)
    print(faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable())  # expect: True True False
for call in (
    lambda: faulthandler.dump_traceback_later(0),
    lambda: faulthandler.dump_traceback_later("x"),
    lambda: faulthandler.register(signal.SIGSEGV),
    lambda: faulthandler.register(1000),
    lambda: faulthandler.dump_traceback(-1),
    lambda: faulthandler.dump_traceback("x"),
):
    try:
        call()
    except (ValueError, TypeError, RuntimeError, AttributeError) as error:
        print(type(error).__name__, error)  # expect: ValueError timeout must be greater than 0 | TypeError 'str' object cannot be interpreted as an integer or float | RuntimeError signal 11 cannot be registered, use enable() instead | ValueError signal number out of range | ValueError file is not a valid file descriptor | AttributeError 'str' object has no attribute 'fileno'
faulthandler.enable(3.5)  # error: AttributeError: 'float' object has no attribute 'fileno'
