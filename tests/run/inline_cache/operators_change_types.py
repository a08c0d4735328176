# Operators warmed up with one pair of types, then given others.
def add(a, b): return a + b
def sub(a, b): return a - b
def mul(a, b): return a * b
def less(a, b): return a < b
def same(a, b): return a == b
def item(a, b): return a[b]

class N:
    def __add__(self, other): return 'N.__add__'
    def __lt__(self, other): return 'N.__lt__'
    def __eq__(self, other): return 'N.__eq__'
    def __getitem__(self, key): return ('N', key)
class L(list):
    def __getitem__(self, key): return 'L.__getitem__'
class T(str):
    def __add__(self, other): return 'T.__add__'
    def __eq__(self, other): return 'T.__eq__'
    __hash__ = str.__hash__

for pair in ((1, 2), (1.5, 2.5), ('a', 'b')):
    for f in (add, less, same):
        for _ in range(50):
            f(*pair)
    big = 1 << 59
    print(add(big, big) == 1 << 60, add(-big, -big - 1) == -(1 << 60) - 1, add(1, 2.5), add('x', 'y'), add(True, True))
    print(add(N(), 1), less(N(), 1), same(N(), 1), add(T('t'), 'x'), same(T('t'), 't'))
nan = float('nan')
print(less(nan, 1.0), same(nan, nan), nan != nan, less(1.0, float('inf')), same(0.0, -0.0))
print(sub(-(1 << 60), 1) == -(1 << 60) - 1, sub(1 << 60, 1), mul(1 << 30, 1 << 30) == 1 << 60, mul(-(1 << 40), 1 << 40) == -(1 << 80))
print(mul(1e200, 1e200), mul(5e-324, 0.5), 7 / 2, 1 / 3, -7 // 2, -7 % 3, 7 // -2, 7 % -2)
print((1 << 62) / 3, -1 >> 70, 1 << 40, -5 >> 1, 3 << 0)

for container, key in (([10, 20], 1), ((10, 20), 1), ('ab', 1), ({1: 20}, 1)):
    for _ in range(50):
        item(container, key)
    print(item([1, 2], -1), item((1, 2), -1), item('ü2', 0), item({'k': 3}, 'k'), item(L([1]), 0), item(N(), 5), item([1, 2, 3], slice(1, 3)))
    for bad in (5, 'no'):
        try:
            item(container, bad)
        except (LookupError, TypeError) as error:
            print(type(error).__name__, error)
# All of the above prints, in this order:
# expect: True True 3.5 xy 2
# expect: N.__add__ N.__lt__ N.__eq__ T.__add__ T.__eq__
# expect: True True 3.5 xy 2
# expect: N.__add__ N.__lt__ N.__eq__ T.__add__ T.__eq__
# expect: True True 3.5 xy 2
# expect: N.__add__ N.__lt__ N.__eq__ T.__add__ T.__eq__
# expect: False False True True True
# expect: True 1152921504606846975 True True
# expect: inf 0.0 3.5 0.3333333333333333 -4 2 -4 -1
# expect: 1.5372286728091292e+18 -1 1099511627776 -3 3
# expect: 2 2 ü 3 L.__getitem__ ('N', 5) [2, 3]
# expect: IndexError list index out of range
# expect: TypeError list indices must be integers or slices, not str
# expect: 2 2 ü 3 L.__getitem__ ('N', 5) [2, 3]
# expect: IndexError tuple index out of range
# expect: TypeError tuple indices must be integers or slices, not str
# expect: 2 2 ü 3 L.__getitem__ ('N', 5) [2, 3]
# expect: IndexError string index out of range
# expect: TypeError string indices must be integers, not 'str'
# expect: 2 2 ü 3 L.__getitem__ ('N', 5) [2, 3]
# expect: KeyError 5
# expect: KeyError 'no'
