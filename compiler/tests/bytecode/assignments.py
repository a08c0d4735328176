# Targets of all kinds.
a = b = c
(a, b), *c = d
a.b = a[0] = a[1:2] = d
a, b = b, a
a, b, c = c, b, a
x: int = 5
y: str
a.z: float = 1
(w): int = 2
