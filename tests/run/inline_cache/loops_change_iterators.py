# FOR_ITER warmed up with one kind of iterator, then given others; lists that change under the loop.
def total(items):
    result = 0
    for item in items:
        result += item
    return result

def gen(n):
    for i in range(n):
        yield i

class It:
    def __init__(self):
        self.n = 0
    def __iter__(self):
        return self
    def __next__(self):
        self.n += 1
        if self.n > 4:
            raise StopIteration
        return self.n

for first in ([1, 2, 3], (1, 2, 3), range(4), {1: 0, 2: 0}):
    for _ in range(30):
        total(first)
    print(total([1, 2]), total((3, 4)), total(range(5)), total(gen(6)), total({7, 8}), total(It()), total(range(10**20, 10**20 + 2)))
    # expect: 3 7 10 15 15 10 200000000000000000001
    # expect: 3 7 10 15 15 10 200000000000000000001
    # expect: 3 7 10 15 15 10 200000000000000000001
    # expect: 3 7 10 15 15 10 200000000000000000001
for _ in range(30):
    total(gen(3))
print(total(gen(4)), total([5]))        # expect: 6 5

grown = [1, 2, 3]
seen = []
for x in grown:
    seen.append(x)
    if len(grown) < 6:
        grown.append(x * 10)
print(seen)                             # expect: [1, 2, 3, 10, 20, 30]
def pair(p):
    a, b = p
    return a, b
for _ in range(20):
    pair((1, 2)); pair([3, 4])
print(pair('xy'), pair(gen(2)), pair({5: 0, 6: 0}))     # expect: ('x', 'y') (0, 1) (5, 6)
for bad in ((1,), [1, 2, 3], 5):
    try:
        pair(bad)
    except (ValueError, TypeError) as error:
        print(error)
        # expect: not enough values to unpack (expected 2, got 1)
        # expect: too many values to unpack (expected 2, got 3)
        # expect: cannot unpack non-iterable int object
