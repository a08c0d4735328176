# A subclass of str may have slots; one of bytes, int or tuple may not.
class Line(str):
    __slots__ = ("number", "__weakref__")
line = Line("text")
line.number = 3
print(line, line.number, hasattr(line, "__dict__"))  # expect: text 3 False
def make(base):
    class Sub(base):
        __slots__ = ("a",)
for base in (bytes, int, tuple):
    try:
        make(base)
    except TypeError as error:
        print(error)  # expect: nonempty __slots__ not supported for subtype of 'bytes' | nonempty __slots__ not supported for subtype of 'int' | nonempty __slots__ not supported for subtype of 'tuple'
