# Attributes of classes, of classes with metaclasses, and of modules, under warm loops.
import types

class Meta(type):
    pass

class Plain:
    value = 1

class WithMeta(metaclass=Meta):
    value = 2

module = types.ModuleType('module')
module.value = 3

def read(o):
    return o.value

def reader():
    def read(o):
        return o.value
    return read

for o, want in ((Plain, 1), (WithMeta, 2), (module, 3)):
    get = types.FunctionType(read.__code__.replace(), globals())
    for _ in range(50):
        assert get(o) == want
    o.value = want * 10
    print(get(o))  # expect: 10 | 20 | 30
    del o.value
    try:
        get(o)
    except AttributeError as error:
        print(error)  # expect: type object 'Plain' has no attribute 'value' | type object 'WithMeta' has no attribute 'value' | module 'module' has no attribute 'value'

class Sub(WithMeta):
    pass
WithMeta.value = 'inherited'
get = types.FunctionType(read.__code__.replace(), globals())
for _ in range(50):
    assert get(Sub) == 'inherited'
Meta.value = property(lambda cls: 'of the metaclass')
print(get(Sub))  # expect: of the metaclass
del Meta.value
Sub.value = 'own'
print(get(Sub))  # expect: own
Sub.__bases__ = (Plain,) if False else Sub.__bases__
module.other = 0
for _ in range(50):
    module.value = 5
    assert get(module) == 5
module.__getattr__ = lambda name: 'asked for ' + name
del module.value
print(get(module))  # expect: asked for value
