# raise and assert.
def f(x):
    if x:
        raise
    raise ValueError("text") from x
assert a
assert a, b
assert 1


def one_line(a):
    if a: raise; a
    raise ; a; raise;
