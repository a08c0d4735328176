# Assignment expressions, also out of comprehensions.
if (n := f()) > 10:
    print(n)
def g(data):
    return [y := h(x), [last := i for i in data], y, last]
