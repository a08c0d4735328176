# A lock lets one thread in at a time; an RLock lets its owner in again.
import threading

lock = threading.Lock()
count = 0


def increment():
    global count
    for _ in range(2000):
        with lock:
            old = count
            count = old + 1


threads = [threading.Thread(target=increment) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)  # expect: 8000

lock.acquire()
print(lock.acquire(blocking=False))  # expect: False
print(lock.acquire(timeout=0.01))  # expect: False
lock.release()
try:
    lock.release()
except RuntimeError as error:
    print(error)  # expect: release unlocked lock
try:
    lock.acquire(False, 1)
except ValueError as error:
    print(error)  # expect: can't specify a timeout for a non-blocking call

again = threading.RLock()
with again, again:
    print(again._recursion_count())  # expect: 2
    result = []
    other = threading.Thread(target=lambda: result.append(again.acquire(False)))
    other.start()
    other.join()
    print(result)  # expect: [False]
try:
    again.release()
except RuntimeError as error:
    print(error)  # expect: cannot release un-acquired lock
