# Recursion, comparison, arithmetic.
def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)
print(fib(15))          # expect: 610
total = 0
i = 0
while i < 1000:
    total += i * 2
    i += 1
print(total)            # expect: 999000
def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
step = counter()
step()
print(step())           # expect: 2
for a, (b, *c) in [(1, (2, 3, 4)), (5, (6,))]:
    print(a, b, c)
    # expect: 1 2 [3, 4]
    # expect: 5 6 []
