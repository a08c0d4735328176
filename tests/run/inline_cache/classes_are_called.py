# Calls of classes in warm loops: __init__ that changes, returns something, raises, has defaults and keywords.
class A:
    def __init__(self, x, y=2, *rest, z=3, **more):
        self.all = (x, y, rest, z, more)

class B:
    def __init__(self, x):
        self.x = x

def make(cls, *args):
    return cls(1)

for _ in range(50):
    assert make(B).x == 1
    assert make(A).all == (1, 2, (), 3, {})
print(A(1, 5, 6, z=7, w=8).all)     # expect: (1, 5, (6,), 7, {'w': 8})
print(B(x=4).x)                     # expect: 4

def other(self, x):
    self.x = -x
B.__init__ = other
print(make(B).x)                    # expect: -1
B.__init__ = lambda self, x: 5
for _ in range(10):
    try:
        make(B)
    except TypeError as error:
        last = error
print(last)                         # expect: __init__() should return None, not 'int'
B.__init__ = other
B.__new__ = lambda cls, x: 'from __new__'
print(make(B))                      # expect: from __new__
B.__new__ = staticmethod(lambda cls, x: object.__new__(cls))
print(make(B).x)                    # expect: -1

class Meta(type):
    pass
class C(metaclass=Meta):
    def __init__(self, x):
        self.x = x
for _ in range(50):
    assert make(C).x == 1
Meta.__call__ = lambda cls, x: 'from the metaclass'
print(make(C))                      # expect: from the metaclass
del Meta.__call__
print(make(C).x)                    # expect: 1

class D:
    def __init__(self, x):
        raise ValueError(x)
    def __del__(self):
        deaths.append(1)
deaths = []
for _ in range(20):
    try:
        make(D)
    except ValueError:
        pass
print(len(deaths))                  # expect: 20

class E:
    def __init__(self, n):
        self.inner = E(n - 1) if n else None
e = E(40)
print(e.inner.inner.inner is not None)      # expect: True
try:
    for _ in range(20):
        make(E, 1)
        E()
except TypeError as error:
    print(error)                    # expect: E.__init__() missing 1 required positional argument: 'n'
class G:
    def __init__(self, x):
        yield x
for _ in range(20):
    try:
        make(G)
    except TypeError as error:
        last = error
print(last)                         # expect: __init__() should return None, not 'generator'
