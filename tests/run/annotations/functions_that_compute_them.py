def f(x: int):
    pass
class A:
    def g(self, y: int):
        pass
    a: int
    def __annotate__(format):
        return {'a': str}
print(f.__annotate__.__qualname__, A.g.__annotate__.__qualname__)  # expect: f.__annotate__ A.g.__annotate__
print(A.__annotate__(1))  # expect: {'a': <class 'str'>}
f.__annotate__ = lambda format: 1
try:
    f.__annotations__
except TypeError as error:
    print(error)  # expect: __annotate__ returned non-dict of type 'int'
try:
    exec('__conditional_annotations__ = frozenset()\nif 1:\n    x: int', {})
except TypeError as error:
    print(error)  # expect: 'frozenset' object is not a set
