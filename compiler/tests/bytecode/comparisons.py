# Single and chained comparisons.
a < b
a < b <= c != d
a is b, a is not None, a in b, a not in b
if a < b < c:
    pass
while a in (1, 2) and a not in {3, 4}:
    a = not (a is b)
