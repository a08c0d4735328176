# yield and yield from.
def f(a):
    x = yield
    y = yield a
    z = yield from x
    return (yield y, z)
g = lambda: (yield)
