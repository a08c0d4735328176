# Exceptions that nobody can catch go to sys.unraisablehook, with a message that names the culprit.
import sys
import weakref

told = []
sys.unraisablehook = lambda args: told.append((args.exc_type.__name__, args.err_msg.split(" <")[0], args.object))


class A:
    def __del__(self):
        1 / 0


class B:
    pass


A()
b = B()
ref = weakref.ref(b, lambda ref: 1 / 0)
del b


def gen():
    try:
        yield
    finally:
        1 / 0


g = gen()
next(g)
del g
print(told)  # expect: [('ZeroDivisionError', 'Exception ignored while calling deallocator', None), ('ZeroDivisionError', 'Exception ignored while calling weakref callback', None), ('ZeroDivisionError', 'Exception ignored while closing generator', None)]
