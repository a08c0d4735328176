# A reverse iterator starts at the last place there was, and expects as many keys as there were.
d = {}
for i in range(100):
    d[i] = i
for i in range(1, 100):
    del d[i]
iterators = reversed(d), reversed(d.values()), reversed(d.items())
d.clear()
d['other'] = 0
print([list(it) for it in iterators])  # expect: [[], [], []]
d = dict.fromkeys(range(10))
for i in range(7):
    del d[i]
it = reversed(d)
next(it)
d.clear()
d.update(dict.fromkeys(range(10)))
for i in range(3, 10):
    del d[i]
try:
    list(it)
except RuntimeError as error:
    print(error)  # expect: dictionary keys changed during iteration
