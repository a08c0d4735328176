# Without a specification the text is what str() makes of the value.
class Text(str):
    def __str__(self):
        return 'its own'
print(f'{True} {0 == 1}', '{}'.format(False), format(True, ''))  # expect: True False False True
print('{}'.format(Text('x')), format(Text('x'), '>3'))  # expect: its own   x
class Number(float):
    def __repr__(self):
        return 'number'
class Pair(complex):
    __str__ = lambda self: 'pair'
print(f'{Number(1)} {Pair(1)}')  # expect: number pair
class Other:
    pass
try:
    '%c' % Other()
except TypeError as error:
    print(error)  # expect: %c requires an int or a unicode character, not Other
try:
    'é' * ((1 << 63) - 1)
except (MemoryError, OverflowError) as error:
    print(type(error).__name__)  # expect: MemoryError
