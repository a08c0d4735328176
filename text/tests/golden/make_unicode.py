"""Writes unicode.tsv: for each property, the CRC-32 of its values for all code points, one a line.

    python3.14 text/tests/golden/make_unicode.py
"""
import _sre
import struct
import unicodedata
import zlib
from pathlib import Path

ALL = [chr(c) for c in range(0x110000)]
OLD = unicodedata.ucd_3_2_0


def hexes(text):
    return " ".join(f"{ord(c):X}" for c in text)


def number(value):
    return "" if value is None else repr(value)


def bits(value):
    return "" if value is None else struct.pack(">d", value).hex()


# Marks, starters, Hangul and singletons, mixed by a small generator that the Rust side repeats.
MIX = [0x61, 0x41, 0x301, 0x300, 0x323, 0x327, 0x344, 0x1E69, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x212B, 0xFB01,
       0x0F71, 0x0F72, 0x0FB2, 0x1D15E, 0x2F868, 0xD800, 0x958, 0x5D0, 0x5B0, 0x3099, 0x304B, 0x1EB1, 0x345, 0x3B1]


def mixed(count):
    state = 1
    for _ in range(count):
        text = []
        for _ in range(7):
            state = (state * 1103515245 + 12345) % 2 ** 31
            text.append(chr(MIX[(state >> 16) % len(MIX)]))
        yield "".join(text)


rows = {
    "isalpha": (str(int(s.isalpha())) for s in ALL),
    "isdecimal": (str(int(s.isdecimal())) for s in ALL),
    "isdigit": (str(int(s.isdigit())) for s in ALL),
    "isnumeric": (str(int(s.isnumeric())) for s in ALL),
    "isalnum": (str(int(s.isalnum())) for s in ALL),
    "islower": (str(int(s.islower())) for s in ALL),
    "isupper": (str(int(s.isupper())) for s in ALL),
    "isspace": (str(int(s.isspace())) for s in ALL),
    "isprintable": (str(int(s.isprintable())) for s in ALL),
    "isidentifier": (str(int(s.isidentifier())) for s in ALL),
    "continues": (str(int(("a" + s).isidentifier())) for s in ALL),
    "breaks_line": (str(int(len(("a" + s + "b").splitlines()) == 2)) for s in ALL),
    "upper": (hexes(s.upper()) for s in ALL),
    "lower": (hexes(s.lower()) for s in ALL),
    "title": (hexes(s.title()) for s in ALL),
    "casefold": (hexes(s.casefold()) for s in ALL),
    "simple_lower": (f"{_sre.unicode_tolower(ord(s)):X}" for s in ALL),
    "name": (unicodedata.name(s, "") for s in ALL),
}


def database_rows(suffix, ucd):
    rows = {
        "category" + suffix: map(ucd.category, ALL),
        "bidirectional" + suffix: map(ucd.bidirectional, ALL),
        "combining" + suffix: (str(ucd.combining(s)) for s in ALL),
        "east_asian_width" + suffix: map(ucd.east_asian_width, ALL),
        "mirrored" + suffix: (str(ucd.mirrored(s)) for s in ALL),
        "decimal" + suffix: (number(ucd.decimal(s, None)) for s in ALL),
        "digit" + suffix: (number(ucd.digit(s, None)) for s in ALL),
        "numeric" + suffix: (bits(ucd.numeric(s, None)) for s in ALL),
        "decomposition" + suffix: map(ucd.decomposition, ALL),
    }
    for form in "NFC", "NFD", "NFKC", "NFKD":
        rows[form + suffix] = [hexes(ucd.normalize(form, s)) for s in ALL]
        rows[form + "_mixed" + suffix] = [hexes(ucd.normalize(form, s)) for s in mixed(20000)]
        rows[form + "_is" + suffix] = [str(int(ucd.is_normalized(form, s))) for s in mixed(20000)]
    return rows


rows |= database_rows("", unicodedata)
rows |= database_rows("_3_2_0", OLD)

with open(Path(__file__).parent / "unicode.tsv", "w") as out:
    for name, lines in rows.items():
        data = "".join(line + "\n" for line in lines).encode()
        out.write(f"{name}\t{zlib.crc32(data):08x}\n")
