"""Subclasses of str can have slots of their own; those of int, bytes and tuple, whose instances end with items, cannot."""


class Token(str):
    __slots__ = ("kind", "line")

    def __new__(cls, kind, text, line):
        token = super().__new__(cls, text)
        token.kind, token.line = kind, line
        return token


token = Token("NAME", "größe" * 3, 7)
print(token, token.kind, token.line, hasattr(token, "__dict__"))
# expect: größegrößegröße NAME 7 False
print(token == "größe" * 3, hash(token) == hash("größe" * 3), token + "!")
# expect: True True größegrößegröße!
del token.line
try:
    token.line
except AttributeError as error:
    print(error)
# expect: 'Token' object has no attribute 'line'

for base in (int, bytes, tuple, type, str, float, bytearray):
    try:
        type("Sub", (base,), {"__slots__": ("x",)})
        print(base.__name__, base.__itemsize__)
    except TypeError as error:
        print(error)
# expect: nonempty __slots__ not supported for subtype of 'int'
# expect: nonempty __slots__ not supported for subtype of 'bytes'
# expect: nonempty __slots__ not supported for subtype of 'tuple'
# expect: nonempty __slots__ not supported for subtype of 'type'
# expect: str 0
# expect: float 0
# expect: bytearray 0
