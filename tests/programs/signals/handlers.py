# Handlers run between instructions, and in waits, which go on afterwards (PEP 475).
import os
import signal
import threading
import time


def note(number, frame):
    print(signal.Signals(number).name, frame.f_code.co_name)  # expect: SIGUSR1 <module>


signal.signal(signal.SIGUSR1, note)
signal.raise_signal(signal.SIGUSR1)


def loop():
    while not seen:
        pass


seen = []
signal.signal(signal.SIGALRM, lambda number, frame: seen.append(frame.f_code.co_name))
signal.setitimer(signal.ITIMER_REAL, 0.05)
loop()
print(seen)  # expect: ['loop']

signal.setitimer(signal.ITIMER_REAL, 0.05)
start = time.monotonic()
time.sleep(0.2)
print(len(seen), time.monotonic() - start >= 0.2)  # expect: 2 True


def fail(number, frame):
    raise KeyError(number)


signal.signal(signal.SIGALRM, fail)
lock = threading.Lock()
lock.acquire()
for wait in [
    lambda: time.sleep(1000),
    lambda: os.read(os.pipe()[0], 1),
    lambda: lock.acquire(),
    lambda: signal.pause(),
]:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        wait()
    except KeyError as error:
        print(error)  # expect: 14 | 14 | 14 | 14




print(signal.signal(signal.SIGALRM, signal.SIG_DFL) is fail, signal.getsignal(signal.SIGALRM))  # expect: True 0
