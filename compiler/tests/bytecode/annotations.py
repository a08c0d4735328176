# Deferred annotations, module and class and function.
x: int
y: list[str] = []
if a:
    z: float = 0.5
class C:
    a: int
    if b:
        c: "str" = ""
    def f(self, q: C) -> C: ...
