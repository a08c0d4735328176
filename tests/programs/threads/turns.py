# Threads take turns, also when none of them waits for anything.
import sys
import threading

done = threading.Event()
steps = 0


def spin():
    global steps
    while not done.is_set():
        steps += 1


sys.setswitchinterval(0.001)
print(sys.getswitchinterval())  # expect: 0.001
thread = threading.Thread(target=spin)
thread.start()
before = steps
while steps < before + 1000:
    pass
done.set()
thread.join()
print(thread.is_alive())  # expect: False
