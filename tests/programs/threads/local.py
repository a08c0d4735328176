# Each thread sees its own attributes of a `local`, and a subclass is initialised in each.
import threading


class Counted(threading.local):
    shared = []

    def __init__(self, start):
        self.value = start
        self.shared.append(start)


data = threading.local()
data.x = 1
counted = Counted(5)
counted.value += 1


def other():
    print(hasattr(data, "x"))  # expect: False
    data.x = 2
    print(data.__dict__)  # expect: {'x': 2}
    print(counted.value)  # expect: 5


thread = threading.Thread(target=other)
thread.start()
thread.join()
print(data.x, counted.value)  # expect: 1 6
print(Counted.shared)  # expect: [5, 5]
try:
    data.__dict__ = {}
except AttributeError as error:
    print(error)  # expect: '_thread._local' object attribute '__dict__' is read-only


class Noisy:
    def __del__(self):
        print("gone")  # expect: gone


def leave_one():
    data.noisy = Noisy()


thread = threading.Thread(target=leave_one)
thread.start()
thread.join()
