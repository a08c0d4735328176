# A SimpleQueue hands items from thread to thread; without an item it waits, or says Empty.
import _queue
import queue
import threading

q = _queue.SimpleQueue()
print(queue.SimpleQueue is _queue.SimpleQueue, queue.Empty is _queue.Empty)  # expect: True True
print(_queue.Empty.__mro__[1].__name__, _queue.Empty.__doc__)  # expect: Exception Exception raised by Queue.get(block=0)/get_nowait().
print(q.empty(), q.qsize())  # expect: True 0
q.put(1)
q.put_nowait(2)
print(q.get(), q.get_nowait(), q.empty())  # expect: 1 2 True
for call in (q.get_nowait, lambda: q.get(False), lambda: q.get(timeout=0.001)):
    try:
        call()
    except queue.Empty as error:
        print(repr(error))  # expect: Empty() | Empty() | Empty()
thread = threading.Thread(target=lambda: [q.put(n) for n in range(3)])
thread.start()
print([q.get() for _ in range(3)])  # expect: [0, 1, 2]
thread.join()
try:
    q.get(timeout=-1)
except ValueError as error:
    print(error)  # expect: 'timeout' must be a non-negative number
print(_queue.SimpleQueue[int])  # expect: _queue.SimpleQueue[int]
_queue.SimpleQueue(1)  # error: TypeError: SimpleQueue() takes no positional arguments
