# Storing attributes: existing ones, new ones, slots, then descriptors and __setattr__ appear.
class A:
    pass

def store(o, value):
    o.x = value

def fill(o):
    o.a = 1
    o.b = 2
    o.c = 3

objects = [A() for _ in range(50)]
for o in objects:
    fill(o)
    fill(o)
print(vars(objects[0]), vars(objects[-1]) == vars(objects[0]))  # expect: {'a': 1, 'b': 2, 'c': 3} True

one = A()
for i in range(50):
    store(one, i)
print(one.x)                    # expect: 49

log = []
class Data:
    def __set__(self, instance, value):
        log.append(value)
    def __get__(self, instance, owner):
        return 'data'
A.x = Data()
store(one, 'seen')
print(log, one.x, vars(one))    # expect: ['seen'] data {'x': 49}
del A.x
store(one, 'own')
print(one.x)                    # expect: own

A.__setattr__ = lambda self, name, value: log.append(name)
store(one, 'caught')
print(log, one.x)               # expect: ['seen', 'x'] own
del A.__setattr__

many = A()
for i in range(60):
    setattr(many, f'n{i}', i)
store(many, 'late')
print(many.x, len(vars(many)))  # expect: late 61

class S:
    __slots__ = ('x',)
s = S()
for i in range(50):
    store(s, i)
print(s.x)                      # expect: 49
S.x = 'class value'
try:
    store(s, 1)
except AttributeError as error:
    print(error)                # expect: 'S' object attribute 'x' is read-only

class Dies:
    def __del__(self):
        log.append('dead')
log.clear()
for _ in range(10):
    store(one, Dies())
    store(one, None)
print(log == ['dead'] * 10)     # expect: True
