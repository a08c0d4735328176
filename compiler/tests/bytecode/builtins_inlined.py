# all(), any() and tuple() over generator expressions.
def f(x):
    return all(y for y in x), any(y for y in x), tuple(y for y in x)
all(y for y in z)
