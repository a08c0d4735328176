# Values, sequences, stars, guards.
match a:
    case 1 | 2:
        b
    case -1.5 | 1 + 2j:
        b2
    case "x" if c:
        d
    case None | True:
        e
    case [1, x, *rest]:
        f(x, rest)
    case (y, z) if y:
        g
    case []:
        h
    case *_,:
        i
