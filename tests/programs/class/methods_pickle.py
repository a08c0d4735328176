# Bound methods pickle as an attribute of their receiver.
import copy
import pickle


class A:
    @classmethod
    def f(cls):
        return cls.__name__

    def g(self):
        return 4


print(A.f.__reduce__() == (getattr, (A, "f")))  # expect: True
print(copy.copy(A.f)(), A().g.__reduce__()[1][1])  # expect: A g
