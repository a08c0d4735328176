a = {'x': 1, 'y': 2}
b = {'y': 2, 'z': 3}
print(a.keys() & b.keys(), a.items() & b.items())   # expect: {'y'} {('y', 2)}
print(a.keys() - b.keys(), [*a.keys() ^ {'x'}])     # expect: {'x'} ['y']
print(a.keys() <= {'x', 'y', 'w'}, a.keys() == {'y', 'x'}, a.items() > b.items())   # expect: True True False
print(a.keys(), a.values(), a.items())  # expect: dict_keys(['x', 'y']) dict_values([1, 2]) dict_items([('x', 1), ('y', 2)])
print('x' in a.keys(), ('x', 2) in a.items(), a.keys().isdisjoint('w'))     # expect: True False True
keys = a.keys()
a['w'] = 0
print(keys)                     # expect: dict_keys(['x', 'y', 'w'])
