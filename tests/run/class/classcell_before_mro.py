# The cell of `__class__` is filled before the metaclass's `mro()` runs, and may have the name of a slot.
class Meta(type):
    def mro(self):
        self.__dict__['f']()
        return super().mro()
class A(metaclass=Meta):
    def f():
        print(__class__.__name__)       # expect: A
class B:
    __slots__ = ['__classcell__']
    def f(self):
        return __class__
print(B().f(), type(vars(B)['__classcell__']).__name__)     # expect: <class '__main__.B'> member_descriptor
