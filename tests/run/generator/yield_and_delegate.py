# Generators in loops, yield from, and the value of return.
def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return 'done'
print([x * x for x in count(4)])        # expect: [0, 1, 4, 9]
def outer():
    result = yield from count(2)
    yield result
for x in outer():
    print(x)
    # expect: 0
    # expect: 1
    # expect: done
def boom():
    yield 1
    raise StopIteration
for x in boom():
    print(x)                            # expect: 1
# error: RuntimeError: generator raised StopIteration
