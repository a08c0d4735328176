# A closure captures the variable, not its value.
fs = [lambda: i for i in range(3)]
print([f() for f in fs])  # expect: [2, 2, 2]


def counter():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step


a, b = counter(), counter()
print(a(), a(), b())  # expect: 1 2 1
fs[0](1)  # error: TypeError: <lambda>() takes 0 positional arguments but 1 was given
