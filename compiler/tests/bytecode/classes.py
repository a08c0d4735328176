# Classes, bases, keywords, class cells.
class A: pass
class B(A, metaclass=M, **kw):
    """Documentation."""
    x: int = 1
    def f(self):
        self.a = 1
        self.b = __class__
    y = x
class C[T](Generic):
    def g(self, x: T) -> T: return x
