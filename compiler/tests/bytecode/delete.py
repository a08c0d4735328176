# Deletions.
del a, b.c, d[0], d[1:2], (e, [f])
def g(x):
    del x
    return x
