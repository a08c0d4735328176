# Positional, default, star, keyword-only and double-star parameters.
x = 1 + 2
print(x)                                    # expect: 3
def f(a, b=2, *args, c=5, **kw):
    return a, b, args, c, kw
print(f(1))                                 # expect: (1, 2, (), 5, {})
print(f(1, 3, 4, 5))                        # expect: (1, 3, (4, 5), 5, {})
print(f(b=7, a=1, z=9))                     # expect: (1, 7, (), 5, {'z': 9})
print(f(*[1, 2, 3], **{'c': 0, 'd': 1}))    # expect: (1, 2, (3,), 0, {'d': 1})
def g(a, /, b, *, c): return [a, b, c]
print(g(1, b=2, c=3))                       # expect: [1, 2, 3]
g(1, 2)                                     # error: TypeError: g() missing 1 required keyword-only argument: 'c'
