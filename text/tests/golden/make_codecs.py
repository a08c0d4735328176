"""Writes codecs.tsv: codec, handler, input, CPython's answer or "!encoding start end reason".

    python3.14 -W ignore text/tests/golden/make_codecs.py
"""
import codecs
import random
from pathlib import Path

random.seed(8)
rows = []
HANDLERS = ["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass"]
TABLE = codecs.charmap_build("".join(chr(i) if i < 200 else "\ufffe" if i < 220 else chr(0x400 + i) for i in range(256)))
STRING = "".join(chr(i) if i < 200 else "\ufffe" if i < 220 else chr(0x400 + i) for i in range(256))


def escape(text):
    return "".join(c if 32 <= ord(c) < 127 and c != "\\" else f"\\u{{{ord(c):x}}}" for c in text)


def row(codec, handler, shown, compute):
    try:
        answer = compute()
    except UnicodeError as error:
        answer = f"!{error.encoding} {error.start} {error.end} {error.reason} | {error}"
    except TypeError as error:
        answer = f"!{error}"
    rows.append("\t".join((codec, handler, shown, escape(answer))))


DECODERS = {
    "utf_8": lambda b, e, final: codecs.utf_8_decode(b, e, final),
    "utf_16": lambda b, e, final: codecs.utf_16_decode(b, e, final),
    "utf_16_le": lambda b, e, final: codecs.utf_16_le_decode(b, e, final),
    "utf_16_be": lambda b, e, final: codecs.utf_16_be_decode(b, e, final),
    "utf_32": lambda b, e, final: codecs.utf_32_decode(b, e, final),
    "utf_32_le": lambda b, e, final: codecs.utf_32_le_decode(b, e, final),
    "utf_32_be": lambda b, e, final: codecs.utf_32_be_decode(b, e, final),
    "utf_7": lambda b, e, final: codecs.utf_7_decode(b, e, final),
    "unicode_escape": lambda b, e, final: codecs.unicode_escape_decode(b, e, final),
    "raw_unicode_escape": lambda b, e, final: codecs.raw_unicode_escape_decode(b, e, final),
    "ascii": lambda b, e, final: codecs.ascii_decode(b, e),
    "charmap": lambda b, e, final: codecs.charmap_decode(b, e, STRING),
}
ENCODERS = {
    "utf_8": codecs.utf_8_encode, "utf_16": codecs.utf_16_encode, "utf_16_le": codecs.utf_16_le_encode,
    "utf_16_be": codecs.utf_16_be_encode, "utf_32": codecs.utf_32_encode, "utf_32_le": codecs.utf_32_le_encode,
    "utf_32_be": codecs.utf_32_be_encode, "utf_7": codecs.utf_7_encode, "unicode_escape": codecs.unicode_escape_encode,
    "raw_unicode_escape": codecs.raw_unicode_escape_encode, "ascii": codecs.ascii_encode, "latin_1": codecs.latin_1_encode,
    "charmap": lambda s, e: codecs.charmap_encode(s, e, TABLE),
}
PIECES = {
    "utf_8": [b"a", b"bc", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f", b"\xed\xa0\x80", b"\xed\xb2\x80",
              b"\xf4\x90", b"\xc0", b"\x80", b"\xe0\x80", b"\xf0\x80", b"\xf5"],
    "utf_16": [b"a\0", b"\0a", b"\x3d\xd8", b"\x00\xde", b"\xd8\x3d", b"\xde\x00", b"\xff\xfe", b"\xfe\xff", b"x", b"\xac\x20"],
    "utf_32": [b"a\0\0\0", b"\0\0\0a", b"\0\xd8\0\0", b"\0\0\xd8\0", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\0\x11\0\0", b"\0\0\x11\0", b"x", b"\0\xf6\x01\0", b"\0\x01\xf6\0"],
    "utf_7": [b"a", b"+", b"-", b"+-", b"AGE", b"+AGE-", b"2D0", b"+2D3eAA-", b"IKw", b"\xff", b"!", b"~", b"\\", b"+IKw-", b"+2D0-", b"/", b"B", b" "],
    "unicode_escape": [b"a", b"\\", b"\\n", b"\\\n", b"\\x4", b"\\x41", b"\\u20ac", b"\\u20", b"\\U0001f600", b"\\U00110000", b"\\N{EURO SIGN}", b"\\N{foo}", b"\\N{",
                       b"\\N", b"}", b"\\q", b"\\101", b"\\777", b"\\8", b"\xe9", b"\\'", b"\\\"", b"\\a\\b\\f\\r\\t\\v", b"\\0", b"\\ud800", b"g", b"\\N{}", b"\\N{LATIN SMALL LETTER A"],
    "ascii": [b"a", b"\x7f", b"\x80", b"\xff\xfe"],
    "charmap": [b"a", b"\xc7", b"\xc8", b"\xdb\xdc", b"\xff"],
}
PIECES["raw_unicode_escape"] = PIECES["unicode_escape"]
for name, decode in DECODERS.items():
    pieces = PIECES[name] if name in PIECES else PIECES[name[:6]]
    for _ in range(50):
        data = b"".join(random.choices(pieces, k=random.randrange(0, 6)))
        for handler in random.sample(HANDLERS, 3) + ["strict"]:
            row(name + "_decode", handler, data.hex(), lambda: decode(data, handler, True)[0])
        if name not in ("ascii", "charmap"):
            row(name + "_partial", "strict", data.hex(), lambda: "%s %d" % decode(data, "strict", False))
            row(name + "_partial", "replace", data.hex(), lambda: "%s %d" % decode(data, "replace", False))
TEXTS = ["a", "bc", "\x7f", "\x80", "\xe9", "\u20ac", "\U0001f600", "\ud800", "\udc80", "\udcff", "\udfff", "\xff", "\u0100", "\u04ff", "\u04c8", "+", "-", "\\", "~", "\n", "\0", " ", "/", "!"]
for name, encode in ENCODERS.items():
    for _ in range(50):
        text = "".join(random.choices(TEXTS, k=random.randrange(0, 7)))
        for handler in random.sample(HANDLERS, 3) + ["strict"]:
            row(name + "_encode", handler, escape(text), lambda: encode(text, handler)[0].hex())
(Path(__file__).parent / "codecs.tsv").write_text("\n".join(rows) + "\n")
