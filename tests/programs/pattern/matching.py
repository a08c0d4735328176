# Structural pattern matching.
class P:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def kind(value):
    match value:
        case 0 | 1:
            return "bit"
        case [a, *rest] if rest:
            return a, rest
        case {"k": v, **others}:
            return v, others
        case P(x, y=2):
            return x
        case str() as s:
            return s.upper()
        case None | True:
            return "constant"
        case _:
            return "other"


for value in [1, [1, 2, 3], [1], {"k": 1, "z": 2}, P(7, 2), P(7, 3), "abc", None, 2.5]:
    print(kind(value))  # expect: bit | (1, [2, 3]) | other | (1, {'z': 2}) | 7 | other | ABC | constant | other
