# A metaclass that also inherits from a plain class does not change what `__dict__` of its classes is.
class Base:
    pass
class Meta(Base, type):
    pass
class C(metaclass=Meta):
    x = 1
print(type(C.__dict__).__name__, C.__dict__['x'])   # expect: mappingproxy 1
try:
    C.__dict__ = {}
except AttributeError as error:
    print(error)        # expect: attribute '__dict__' of 'type' objects is not writable
print([name for name in vars(C) if name in ('__doc__', '__dict__', '__weakref__')])     # expect: ['__dict__', '__weakref__', '__doc__']
class D:
    def __eq__(self, other):
        return True
print(list(vars(D))[-4:])       # expect: ['__dict__', '__weakref__', '__doc__', '__hash__']
