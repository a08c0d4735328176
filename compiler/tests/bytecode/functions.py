# Parameters, defaults, annotations, returns.
def f(a, /, b: int = 1, *args: str, c, d=2, **kw) -> None:
    """Documentation."""
    return a, b, c, d, args, kw
def g():
    return
def h():
    pass
def i(x):
    if x:
        return 1
    else:
        return 2
lambda x, *y, z=3: (x, y, z)
