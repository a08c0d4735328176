# A child has the one thread that forked; the hooks run around the fork.
import os
import threading
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
reader, writer = os.pipe()


def tell(text):
    os.write(writer, text.encode() + b", ")


os.register_at_fork(before=lambda: tell("before"), after_in_child=lambda: tell("in the child"))
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
pid = os.fork()
if pid == 0:
    tell(f"{threading.active_count()} thread")
    tell(f"main: {threading.main_thread() is threading.current_thread()}")
    os._exit(7)
_, status = os.waitpid(pid, 0)
print(os.read(reader, 1000))  # expect: b'before, in the child, 1 thread, main: True, '
print(os.waitstatus_to_exitcode(status), threading.active_count())  # expect: 7 2
stop.set()
thread.join()

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    thread = threading.Thread(target=stop.wait)
    stop.clear()
    thread.start()
    if (pid := os.fork()) == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    print(str(caught[0].message).replace(str(os.getpid()), "PID"))  # expect: This process (pid=PID) is multi-threaded, use of fork() may lead to deadlocks in the child.
    stop.set()
    thread.join()
