# Operators go to the left operand first, but to a subclass on the right before.
class V:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return NotImplemented if isinstance(other, str) else ("add", self.n)

    def __radd__(self, other):
        return ("radd", self.n)

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n

    def __getitem__(self, key):
        return key

    def __len__(self):
        return self.n

    def __contains__(self, item):
        return item == self.n

    def __call__(self, *args, **kwargs):
        return args, kwargs


class W(V):
    def __radd__(self, other):
        return ("W.radd", self.n)


print(V(1) + V(2), 1 + V(2), V(1) + W(2), sorted([V(3), V(1)])[0].n)  # expect: ('add', 1) ('radd', 2) ('W.radd', 2) 1
print(V(1) == V(1), V(1) != V(2), V(2)[1:2, ...], len(V(3)), bool(V(0)), 3 in V(3), V(0)(1, a=2))  # expect: True True (slice(1, 2, None), Ellipsis) 3 False True ((1,), {'a': 2})
V(1) + "x"  # error: TypeError: unsupported operand type(s) for +: 'V' and 'str'
