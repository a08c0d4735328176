# Cells, free variables, nonlocal and global.
def outer(a, b):
    c = a
    def inner(d):
        nonlocal c
        global e
        c = d + a
        e = b
        return lambda: c + d
    return inner, a
def arg_is_cell(x):
    return lambda: x
