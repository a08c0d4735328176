class Key:
    asked = 0
    def __hash__(self):
        Key.asked += 1
        return 7
    def __eq__(self, other):
        return self is other
keys = {Key(), Key()}
print(Key.asked)  # expect: 2
d = dict.fromkeys(keys)
print(len(d), Key.asked)  # expect: 2 2
print(dict.fromkeys(d, 1) == dict.fromkeys(frozenset(keys), 1), Key.asked)  # expect: True 2
def generator():
    yield 'key'
    raise TypeError('oops')
try:
    dict([generator()])
except TypeError as error:
    print(error, error.__notes__)  # expect: oops ['Cannot convert dictionary update sequence element #0 to a sequence']
