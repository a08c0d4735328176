# A method of a method of a method: the receivers come in order, the innermost first.
from types import MethodType
def show(*args, **kwargs):
    print(args, kwargs)  # expect: (1, 2, 3, 4) {'key': 5}
m = MethodType(MethodType(MethodType(show, 1), 2), 3)
m(4, key=5)
def count(*args):
    return len(args)
for _ in range(5_000):
    count = MethodType(count, 0)
print(count(1))  # expect: 5001
