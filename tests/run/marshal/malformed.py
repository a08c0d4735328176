# What is wrong with serialised data is said in the same words.
import marshal

DATA = [
    b"", b"0", b"?", b"i\0", b"(\xff\xff\xff\xff", b"s\5\0\0\0ab", b"l\0\0\0\x80", b"l\1\0\0\0\xff\xff",
    b"l\2\0\0\0\1\0\0\0", b"u\2\0\0\0\xff\xff", b"[\1\0\0\0", b"[\1\0\0\0000", b">\1\0\0\0000", b"f\3abc",
    b"r\0\0\0\0", b"l\2\0\0\0\xff\xff",
]
for data in DATA:
    try:
        marshal.loads(data)
    except (EOFError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
# expect: EOFError EOF read where object expected
# expect: TypeError NULL object in marshal data for object
# expect: ValueError bad marshal data (unknown type code)
# expect: EOFError marshal data too short
# expect: ValueError bad marshal data (tuple size out of range)
# expect: EOFError marshal data too short
# expect: ValueError bad marshal data (long size out of range)
# expect: ValueError bad marshal data (digit out of range in long)
# expect: ValueError bad marshal data (unnormalized long data)
# expect: UnicodeDecodeError 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
# expect: EOFError EOF read where object expected
# expect: TypeError NULL object in marshal data for list
# expect: TypeError NULL object in marshal data for set
# expect: ValueError could not convert string to float: 'abc'
# expect: ValueError bad marshal data (invalid reference)
# expect: ValueError bad marshal data (digit out of range in long)

print(marshal.loads(b"I\xfe\xff\xff\xff\xff\xff\xff\xff"), marshal.loads(b"{N0"), marshal.loads(b"T and more"))  # expect: -2 {} True


def code(numbers=(0, 0, 0, 0, 0), body=b"s\2\0\0\0R\0", names=b")\0", kinds=b"s\0\0\0\0"):
    numbers = b"".join(number.to_bytes(4, "little", signed=True) for number in numbers)
    return b"c" + numbers + body + b")\0" + names + b")\0" + kinds + b"z\1fz\1nz\1q\1\0\0\0s\0\0\0\0s\0\0\0\0"


print(marshal.loads(code()).co_name)  # expect: n
for data in (code(body=b"s\1\0\0\0x"), code(body=b"0"), code(names=b")\1N"), code((1, 0, 0, 0, 0))):
    try:
        marshal.loads(data)
    except (SystemError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
# expect: ValueError code: co_code is malformed
# expect: TypeError NULL object in marshal data for code object
# expect: SystemError non-string found in code slot
# expect: ValueError code: co_varnames is too small
for data in (code(kinds=b"s\1\0\0\0x"), code(body=b"N"), code((-1, 0, 0, 0, 0)), code((0, 1, 0, 0, 0))):
    try:
        marshal.loads(data)
    except SystemError as error:
        print(str(error).endswith("bad argument to internal function"))
# expect: True
# expect: True
# expect: True
# expect: True
try:
    marshal.dumps(memoryview(b"abc")[::2])
except ValueError as error:
    print(error)  # expect: unmarshallable object
