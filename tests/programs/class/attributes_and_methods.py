# Classes: attributes, inheritance, super, properties, class and static methods.
class A:
    kind = "a"

    def __init__(self, x):
        self.x = x

    def double(self):
        return self.x * 2

    @property
    def half(self):
        return self.x / 2

    @classmethod
    def make(cls, x):
        return cls(x)

    @staticmethod
    def plain(x):
        return x

    def __repr__(self):
        return f"{type(self).__name__}({self.x!r})"


class B(A):
    kind = "b"

    def double(self):
        return super().double() + 1


b = B.make(21)
print(b, b.double(), b.half, b.kind, A.plain(3), isinstance(b, A), B.__mro__)  # expect: B(21) 43 10.5 b 3 True (<class '__main__.B'>, <class '__main__.A'>, <class 'object'>)
b.y = 5
print(b.__dict__, hasattr(b, "z"), getattr(b, "z", 0))  # expect: {'x': 21, 'y': 5} False 0
del b.y
b.half = 1  # error: AttributeError: property 'half' of 'B' object has no setter
