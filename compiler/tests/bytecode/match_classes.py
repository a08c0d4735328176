# Mappings, classes, captures, or-patterns that bind.
def f(a):
    match a:
        case {"k": v, "l": 1, **rest}:
            return v, rest
        case Point(x, y=0):
            return x
        case A.B() | C():
            return 1
        case [Point(x=0, y=yy) as p, _] | (p, yy):
            return p, yy
        case {}:
            return 2
        case other:
            return other
