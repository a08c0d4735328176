# container[a:b] with integers and None, for lists, tuples, text and what derives from them.
items, row, text, wide = [0, 1, 2, 3, 4], (0, 1, 2, 3, 4), 'abcde', 'aü€de'
for a, b in ((1, 3), (None, 2), (3, None), (-2, None), (None, -2), (-100, 100), (4, 1), (10, 20), (None, None), (True, 3)):
    assert items[a:b] == [x for x in list(row)[slice(a, b)]] == list(row[a:b])
    assert text[a:b] == ''.join(list(text)[slice(a, b)]) and wide[a:b] == ''.join(list(wide)[slice(a, b)])
print(items[1:3], row[1:3], text[1:3], wide[1:3], items[4:1], row[9:], text[9:] == "")    # expect: [1, 2] (1, 2) bc ü€ [] () True
print(items[:] is items, row[:] is row, text[:] is text)                            # expect: False True True
class L(list):
    def __getitem__(self, key):
        return key
class T(tuple):
    pass
print(L()[1:2], type(T((1, 2))[:]), type(T((1, 2))[:1]))    # expect: slice(1, 2, None) <class 'tuple'> <class 'tuple'>
class I:
    def __index__(self):
        return 1
print(items[I():3], text[I():], row[:I()])                  # expect: [1, 2] bcde (0,)
try:
    items['a':]
except TypeError as error:
    print(error)        # expect: slice indices must be integers or None or have an __index__ method
print(str(0), str(-1), str(7), str(-(1 << 60)), str((1 << 60) - 1), repr(10), f'{-1234567890}')
# expect: 0 -1 7 -1152921504606846976 1152921504606846975 10 -1234567890
