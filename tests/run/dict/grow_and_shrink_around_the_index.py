# Dicts of few entries have no hash index: order, lookups and sizes hold while they grow over that size and shrink.
d = {}
for i in range(30):
    d[i] = i * i
    assert list(d) == list(range(i + 1)) and d[i] == i * i and (i + 1) not in d and d.get(-1) is None
for i in range(0, 30, 2):
    del d[i]
    assert i not in d
print(list(d.items())[:4], len(d))      # expect: [(1, 1), (3, 9), (5, 25), (7, 49)] 15

few = {}
for i in range(40):
    few[f'k{i}'] = i
    if len(few) > 3:
        del few[f'k{i - 3}']
print(few)                              # expect: {'k37': 37, 'k38': 38, 'k39': 39}
few['k37'] = 'again'
print(few, few.popitem(), few.popitem(), few)
# expect: {'k37': 'again'} ('k39', 39) ('k38', 38) {'k37': 'again'}
for i in range(7):
    few[i] = i
copy = few.copy()
few[7] = 7
few[8] = 8
print(list(copy), list(few))
# expect: ['k37', 0, 1, 2, 3, 4, 5, 6] ['k37', 0, 1, 2, 3, 4, 5, 6, 7, 8]

class Same:
    def __init__(self, name):
        self.name = name
    def __hash__(self):
        return 1
    def __eq__(self, other):
        return isinstance(other, Same) and self.name == other.name
many = {Same(i): i for i in range(7)}
print([many[Same(i)] for i in range(7)], Same(9) in many, 1 in many)    # expect: [0, 1, 2, 3, 4, 5, 6] False False
many[1] = 'one'
many[True] = 'true'
many[Same(3)] = 'three'
many[Same(7)] = 'seven'
print(len(many), many[1.0], many[Same(3)], many[Same(7)])               # expect: 9 true three seven
try:
    for k in few:
        few['new'] = 1
except RuntimeError as error:
    print(error)                        # expect: dictionary changed size during iteration
few.clear()
few['x'] = 1
print(few, {**few, 'y': 2}, few | {'x': 3}, dict(few, z=4))             # expect: {'x': 1} {'x': 1, 'y': 2} {'x': 3} {'x': 1, 'z': 4}
pairs = {(1, 'a'): 1, (1, 'b'): 2, (1, 2.5): 3, (1, None): 4, ('n', (1, 2)): 5}
print(pairs[1, 'a'], pairs[True, 'b'], pairs[1, 2.5], pairs[1, None], pairs['n', (1, 2)], (1, 'c') in pairs, (1,) in pairs)
# expect: 1 2 3 4 5 False False
def keywords(**given):
    given['more'] = 1
    return given
known = {'a': 1}
print(keywords(**known), known, keywords(**known, b=2))                 # expect: {'a': 1, 'more': 1} {'a': 1} {'a': 1, 'b': 2, 'more': 1}
