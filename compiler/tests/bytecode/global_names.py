# Names at each level: module, class body, function.
a = 1
def f():
    global b
    b = a
    return len(b)
class C:
    d = a
    global e
    e = d
    def g(self): return a, d
print(__name__, a)
