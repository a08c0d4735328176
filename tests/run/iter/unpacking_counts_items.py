a, (b, *c), d = 1, 'xyz', {2}
print(a, b, c, d)               # expect: 1 x ['y', 'z'] {2}
*a, b = range(4)
print(a, b)                     # expect: [0, 1, 2] 3
def unpack_two(value):
    try:
        a, b = value
    except Exception as error:
        print(error)
unpack_two([1])                 # expect: not enough values to unpack (expected 2, got 1)
unpack_two([1, 2, 3])           # expect: too many values to unpack (expected 2, got 3)
unpack_two({1: 2, 3: 4, 5: 6})  # expect: too many values to unpack (expected 2, got 3)
unpack_two('abc')               # expect: too many values to unpack (expected 2)
unpack_two(5)                   # expect: cannot unpack non-iterable int object
a, *b, c = [1]                  # error: ValueError: not enough values to unpack (expected at least 2, got 1)
