import codecs


def replace_with_long(error):
    error.object = b"\x00" * 8
    return ("\ufffd", error.start)


codecs.register_error("replace_with_long", replace_with_long)
for data, encoding in (
    (b"\x00", "utf-16"),
    (b"\x00", "utf-16-be"),
    (b"\x00", "utf-32"),
    (b"\xff", "ascii"),
    (b"\xff", "utf-8"),
    (b"\\x0", "unicode-escape"),
    (b"\\u0", "raw-unicode-escape"),
    (b"+0", "utf-7"),
    (b"\x81", "cp1252"),
):
    print(encoding, ascii(data.decode(encoding, "replace_with_long")))  # expect: utf-16 '\\ufffd\\x00\\x00\\x00\\x00' | utf-16-be '\\ufffd\\x00\\x00\\x00\\x00' | utf-32 '\\ufffd\\x00\\x00' | ascii '\\ufffd\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00' | utf-8 '\\ufffd\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00' | unicode-escape '\\ufffd\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00' | raw-unicode-escape '\\ufffd\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00' | utf-7 '\\ufffd\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00' | cp1252 '\\ufffd\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00'


def spoil(error):
    error.object = "text"
    return ("\ufffd", error.end)


codecs.register_error("spoil", spoil)
try:
    b"\xff".decode("utf-8", "spoil")
except TypeError as error:
    print(error)  # expect: UnicodeError 'object' attribute must be a bytes
