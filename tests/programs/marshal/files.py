# `marshal.load` reads no more of a file than it needs, through `readinto`.
import io
import marshal

values = [1, "abc", b"def", 1.0, (2, "a", ["b", b"c"])]
file = io.BytesIO()
for value in values:
    marshal.dump(value, file)
    file.write(b"between")
file.seek(0)
print([(marshal.load(file), file.read(7)) for _ in values] == [(value, b"between") for value in values])  # expect: True


class Reader(io.BytesIO):
    def __init__(self, data, answer):
        super().__init__(data)
        self.answer = answer

    def readinto(self, room):
        return self.answer(super().readinto(room))


class Text:
    def read(self, size):
        return f"{size}"


print(marshal.load(Reader(b"\xa8\x01\0\0\0[\1\0\0\0r\0\0\0\0", int)))  # expect: ([(...)],)
FILES = [io.BytesIO(), io.BytesIO(b"i\1"), io.BytesIO(b"(\1\0\0\0"), Reader(b"N", lambda n: n + 1), Reader(b"N", lambda n: None), Text(), 5]
for file in FILES:
    try:
        marshal.load(file)
    except Exception as error:
        print(type(error).__name__, error)  # expect: EOFError EOF read where object expected | EOFError EOF read where not expected | EOFError EOF read where object expected | ValueError read() returned too much data: 1 bytes requested, 2 returned | TypeError 'NoneType' object cannot be interpreted as an integer | TypeError file.read() returned not bytes but str | AttributeError 'int' object has no attribute 'read'
