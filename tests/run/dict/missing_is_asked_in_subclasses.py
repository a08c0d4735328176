dict = {}.__class__
class Default(dict):
    def __missing__(self, key):
        return key * 2

class Plain(Default.__base__):
    pass

d = Default.__new__(Default)
d['a'] = 1
print(d['a'], d['b'], d)        # expect: 1 bb {'a': 1}
print(d.get('b'))               # expect: None
Plain()['b']                    # error: KeyError: 'b'
