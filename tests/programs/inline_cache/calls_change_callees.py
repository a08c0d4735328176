# CALL warmed up with one kind of callable, then given others.
def call(f, x):
    return f(x)
def call_method(o, x):
    return o.index(x)

class C:
    def __call__(self, x):
        return ('C', x)
    def m(self, x):
        return ('m', x)
    index = m
def plain(x):
    return ('plain', x)
def default(x, y=1):
    return ('default', x, y)

kinds = [abs, plain, default, C(), C().m, str, type, int, len, [].append, lambda x: x]
for first in kinds:
    import types
    copy = types.FunctionType(call.__code__.replace(), globals())
    for _ in range(30):
        copy(first, '3') if first in (str, int, len, type) else copy(first, 3)
    got = [copy(abs, -2), copy(plain, 1), copy(default, 1), copy(C(), 1), copy(C().m, 1), copy(str, 5), copy(type, 5), copy(int, '7'), copy(len, 'abc')]
    assert got == [2, ('plain', 1), ('default', 1, 1), ('C', 1), ('m', 1), '5', int, 7, 3], got
    for bad in (len, plain, None):
        try:
            copy(bad, None) if bad is not plain else bad()
        except TypeError as error:
            message = str(error)
print(message)  # expect: 'NoneType' object is not callable
for _ in range(30):
    call_method([1, 2], 2)
print(call_method([1, 2], 2), call_method((5, 6), 6), call_method('abc', 'c'), call_method(C(), 0))  # expect: 1 1 2 ('m', 0)
try:
    call_method([1], 5)
except ValueError as error:
    print(error)  # expect: list.index(x): x not in list
class L(list):
    def index(self, x):
        return 'L.index'
print(call_method(L(), 1))  # expect: L.index
