# Attribute caches of instances: warmed up, then class, shape, dict and class of the instance change.
class A:
    def __init__(self):
        self.x = 1
        self.y = 2

def read(a):
    return a.x

a = A()
for _ in range(50):
    assert read(a) == 1

b = A.__new__(A)
b.y, b.x = 5, 6
print(read(b), read(a))         # expect: 6 1

a.__dict__['x'] = 10
print(read(a), read(b))         # expect: 10 6

A.x = property(lambda self: 'property')
print(read(a), read(b))         # expect: property property
del A.x
print(read(a), read(b))         # expect: 10 6

class B:
    x = 'of B'
b.__class__ = B
print(read(b))                  # expect: 6
del b.x
print(read(b))                  # expect: of B
B.x = 'changed'
print(read(b))                  # expect: changed
del B.x
try:
    read(b)
except AttributeError as error:
    print(error)                # expect: 'B' object has no attribute 'x'

class Missing:
    def __init__(self):
        self.x = 'own'
    def __getattr__(self, name):
        return 'missing ' + name
m = Missing()
for _ in range(50):
    assert read(m) == 'own'
del m.x
print(read(m))                  # expect: missing x
