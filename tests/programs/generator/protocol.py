# send, throw, close and return of generators.
def echo():
    got = None
    while True:
        try:
            got = yield got
        except ValueError as error:
            got = f"caught {error}"


g = echo()
print(next(g), g.send(1), g.throw(ValueError("x")), g.send(2))  # expect: None 1 caught x 2
g.close()
print(list(x * x for x in range(4)))  # expect: [0, 1, 4, 9]


def inner():
    yield 1
    return "result"


def outer():
    value = yield from inner()
    print(value)  # expect: result
    yield 2


print(list(outer()))  # expect: [1, 2]
next(g)  # error: StopIteration:
