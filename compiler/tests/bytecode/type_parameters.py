# PEP 695 and 696.
type A = int
type B[T: int, *Ts, **P] = dict[T, P]
def f[T = int](x: T) -> list[T]: return x
class C[T: (int, str), U](Base[T]):
    attr: T
    def m[V](self, v: V = 1) -> T: return v
