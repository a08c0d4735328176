# A semaphore knows its value, a recursive lock its thread.
import _multiprocessing, os
SemLock = _multiprocessing.SemLock
name = f'/taipan-test-{os.getpid()}'
s = SemLock(1, 1, 1, name, True)
print(s.acquire(), s._get_value(), s._is_zero(), s._is_mine(), s._count())  # expect: True 0 True True 1
print(s.acquire(False), s.acquire(True, 0.01))          # expect: False False
s.release()
try:
    s.release()
except ValueError as error:
    print(error)                                        # expect: semaphore or lock released too many times
r = SemLock(0, 1, 1, name, True)
print(r.acquire(), r.acquire(), r._count(), r.name)     # expect: True True 2 None
r.release()
r.release()
try:
    r.release()
except AssertionError as error:
    print(error)                                        # expect: attempt to release recursive lock not owned by thread
try:
    _multiprocessing.sem_unlink(name)
except FileNotFoundError as error:
    print(error)                                        # expect: [Errno 2] No such file or directory
