# mro() of a metaclass assigns __bases__ of the class whose MRO is wanted: the inner assignment stays.
ready = False
class Meta(type):
    def mro(cls):
        global ready
        if ready and cls.__name__ == 'C':
            ready = False
            C.__bases__ = (B2,)
        return type.mro(cls)
class A(metaclass=Meta): pass
class B1(A): pass
class B2(A): pass
class C(A): pass
ready = True
C.__bases__ = (B1,)
B1.__bases__ = (C,)
print(C.__bases__ == (B2,), B1.__bases__ == (C,))                   # expect: True True
print(B2.__subclasses__() == [C], B1.__subclasses__(), C.__subclasses__() == [B1])  # expect: True [] True

class Failing(type):
    def mro(cls):
        if getattr(cls, 'fails', False):
            raise KeyError(cls.__name__)
        return type.mro(cls)
class D(metaclass=Failing): pass
class E(metaclass=Failing): pass
class F(D): pass
class G(F): fails = False
G.fails = True
try:
    F.__bases__ = (E,)
except KeyError as e:
    print(e)                                                        # expect: 'G'
print(F.__mro__ == (F, D, object), F.__bases__ == (D,), D.__subclasses__() == [F], E.__subclasses__())
# expect: True True True []
