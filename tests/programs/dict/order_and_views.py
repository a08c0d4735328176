# Dicts keep insertion order; views follow changes.
d = {"b": 1, "a": 2}
d["c"] = 3
keys = d.keys()
del d["b"]
d["b"] = 4
print(d, list(keys), d.pop("a"), d.get("zz"), d.setdefault("n", []), d | {"c": 0})  # expect: {'c': 3, 'b': 4, 'n': []} ['a', 'c', 'b'] 2 None [] {'c': 0, 'b': 4, 'n': []}
print(keys & {"c", "q"}, list(reversed(d)), {**d, "x": 1}, dict(zip("ab", range(2))), {i: i * i for i in range(3)})  # expect: {'c'} ['n', 'b', 'c'] {'c': 3, 'b': 4, 'n': [], 'x': 1} {'a': 0, 'b': 1} {0: 0, 1: 1, 2: 4}
for key in d:  # error: RuntimeError: dictionary changed size during iteration
    d[key + "x"] = 1
