# The text of a UnicodeError shows places as they are, and items only where there is one.
print(UnicodeEncodeError("a", "xy\u1234", 2, 3, "why"))         # expect: 'a' codec can't encode character '\u1234' in position 2: why
print(UnicodeEncodeError("a", "xy", 1000, 5, "why"))            # expect: 'a' codec can't encode characters in position 1000-4: why
print(UnicodeDecodeError("a", b"xy", -1, 0, "why"))             # expect: 'a' codec can't decode bytes in position -1--1: why
print(UnicodeTranslateError("xy", 2, 3, "why"))                 # expect: can't translate characters in position 2-2: why
print(ascii(str(UnicodeEncodeError("\ud800", "x", 0, 1, "\udfff"))))
# expect: "'\ud800' codec can't encode character '\\x78' in position 0: \udfff"

error = UnicodeEncodeError("a", "x", 0, 1, "why")
del error.encoding
error.reason = 7
print(error)                                                    # expect: '<NULL>' codec can't encode character '\x78' in position 0: 7

# The encoding's own text may take the object away.
class Thief(str):
    def __str__(self):
        change(error)
        return self

def change(error):
    error.object = None

error = UnicodeEncodeError(Thief("a"), "x", 0, 1, "why")
try:
    str(error)
except TypeError as refusal:
    print(refusal)                                              # expect: UnicodeError 'object' attribute must be a string

def change(error):
    del error.object

error = UnicodeDecodeError(Thief("a"), b"x", 0, 1, "why")
try:
    str(error)
except TypeError as refusal:
    print(refusal)                                              # expect: UnicodeError 'object' attribute is not set
print(repr(str(error)))                                         # expect: ''
