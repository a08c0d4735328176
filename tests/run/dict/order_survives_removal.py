# Entries stay in the order of their first insertion; a removed key that comes again is the last.
d = {'a': 1, 'b': 2, 'c': 3}
d['a'] = 10
del d['b']
d['b'] = 20
print(d)                        # expect: {'a': 10, 'c': 3, 'b': 20}
print(d.popitem(), d.popitem(), d)  # expect: ('b', 20) ('c', 3) {'a': 10}
print(d | {'z': 0}, {'z': 0} | d)   # expect: {'a': 10, 'z': 0} {'z': 0, 'a': 10}
d |= [('q', 1), ('a', 2)]
print(d)                        # expect: {'a': 2, 'q': 1}
print({1: 'int', 1.0: 'float', True: 'bool'})   # expect: {1: 'bool'}
d.clear()
d.popitem()                     # error: KeyError: 'popitem(): dictionary is empty'
