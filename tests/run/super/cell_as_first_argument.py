# A cell that is passed as self is not what it holds.
class X:
    def meth(self):
        super()
def f():
    k = X()
    return lambda: k
try:
    X.meth(f().__closure__[0])
except TypeError as error:
    print(error)    # expect: super(type, obj): obj (instance of cell) is not an instance or subtype of type (X).
