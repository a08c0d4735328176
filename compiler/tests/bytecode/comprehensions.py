# Comprehensions at module, class and function level.
[x for x in y]
{x for x in y if x}
{x: z for x, z in y.items()}
(x for x in y)
[(a, b) for a in y for b in a if b if a]
class C:
    z = [i for i in range(3)]
    w = [[j for j in i] for i in z]
def f(y):
    n = 2
    return [x * n for x in y], [lambda: x for x in y], {n for n in y}
