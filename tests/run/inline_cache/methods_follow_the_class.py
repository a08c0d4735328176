# Method caches: warmed up, then shadowed by the instance, replaced, deleted, inherited.
class Base:
    def f(self):
        return 'base'

class Derived(Base):
    pass

def call(o):
    return o.f()

d = Derived()
for _ in range(50):
    assert call(d) == 'base'

d.other = 1
print(call(d))                  # expect: base
d.f = lambda: 'instance'
print(call(d), call(Derived())) # expect: instance base
Derived.f = lambda self: 'derived'
print(call(d), call(Derived())) # expect: instance derived
del Derived.f
Base.f = lambda self: 'new base'
print(call(Derived()))          # expect: new base

class Other(Base):
    f = staticmethod(lambda: 'static')
for _ in range(50):
    assert call(Other()) == 'static'
Other.f = classmethod(lambda cls: cls.__name__)
print(call(Other()))            # expect: Other

class Slotted:
    __slots__ = ('v',)
    def f(self):
        return self.v
s = Slotted()
s.v = 7
for _ in range(50):
    assert call(s) == 7
Slotted.f = lambda self: -self.v
print(call(s))                  # expect: -7
del s.v
try:
    call(s)
except AttributeError as error:
    print(error)                # expect: 'Slotted' object has no attribute 'v'

print([call(o) for o in (d, Derived(), Other(), Base())])   # expect: ['instance', 'new base', 'Other', 'new base']
