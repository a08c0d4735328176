# Some special methods are ordinary methods as well as slots.
for method in dict.__getitem__, dict.__contains__, list.__getitem__, set.__contains__, frozenset.__contains__:
    print(type(method).__name__, method.__text_signature__)
# expect: method_descriptor ($self, key, /)
# expect: method_descriptor ($self, key, /)
# expect: method_descriptor ($self, index, /)
# expect: method_descriptor ($self, object, /)
# expect: method_descriptor ($self, object, /)
print(type(list.__contains__).__name__)                  # expect: wrapper_descriptor

class D(dict):
    pass

d = D(a=1)
print(d["a"], "a" in d, d.__getitem__("a"))              # expect: 1 True 1
D.__getitem__ = lambda self, key: "other"
print(d["a"])                                            # expect: other
del D.__getitem__
print(d["a"])                                            # expect: 1
