import warnings
def f(): pass
def g(): yield
try:
    del f.__dict__
except TypeError as error:
    print(error)  # expect: cannot delete __dict__
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    f.__code__ = g.__code__
    print(caught[0].message)  # expect: Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)
    code = g.__code__.replace(co_firstlineno=1)
    print(len(code.co_lnotab) % 2, caught[1].message)  # expect: 0 co_lnotab is deprecated, use co_lines instead.
space = {}
exec('kind = type(__builtins__)', space)
print(space['kind'])  # expect: <class 'dict'>
print(None.__ne__(None), None.__ne__(1))  # expect: False NotImplemented
class A: pass
A.__type_params__ = 'anything'
print(A.__type_params__)  # expect: anything
