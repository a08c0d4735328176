"""Writes the tables of the codecs of Chinese, Japanese and Korean, as this Python (CPython 3.14) has them.

    python3.14 xtask/scripts/cjk_tables.py FOLDER

A table is a zlib stream of numbers (base 128, lowest first, as in `text/src/codecs/cjk/table.rs`):

* how many codes decode to one character; the gaps between them; the differences between their characters (zigzag);
* how many codes decode to two characters; code and characters of each;
* how many characters encode otherwise than the first code that decodes to them; character and code (0: not at all) of each;
* how many ranges of characters have four bytes; first, last and number of the first (only gb18030).

A code is the bytes as a number; three bytes after 0x8F are 0x10000 plus the last two. ASCII that means itself is left out.
"""

import codecs
import sys
import zlib
from pathlib import Path

NAMES = (
    "big5 big5hkscs cp932 cp949 cp950 euc_jis_2004 euc_jisx0213 euc_jp euc_kr gb18030 gb2312 gbk johab"
    " shift_jis shift_jis_2004 shift_jisx0213"
).split()


def sequences(name):
    for byte in range(256):
        yield byte, bytes([byte])
    for first in range(0x80, 256):
        for second in range(256):
            yield first << 8 | second, bytes([first, second])
    if not name.startswith("euc_j"):
        return
    for second in range(0x80, 256):
        for third in range(0x80, 256):
            yield 0x10000 | second << 8 | third, bytes([0x8F, second, third])


def code_of(encoded):
    if len(encoded) == 3:
        assert encoded[0] == 0x8F
        return 0x10000 | encoded[1] << 8 | encoded[2]
    return int.from_bytes(encoded)


def decoding(name):
    """Codes with one character, and codes with two."""
    single, double = {}, {}
    for code, data in sequences(name):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if len(data) > 1 and len(text) > 1:
            # Two bytes that are two characters.
            try:
                data[:1].decode(name)
                continue
            except UnicodeDecodeError:
                double[code] = text
                continue
        if code < 0x80 and ord(text) == code:
            continue
        single[code] = ord(text)
    return single, double


def four_byte_ranges(name):
    ranges = []
    for char in range(0x80, 0x10000):
        try:
            encoded = chr(char).encode(name)
        except UnicodeEncodeError:
            continue
        if len(encoded) != 4:
            continue
        a, b, c, d = encoded
        number = (((a - 0x81) * 10 + b - 0x30) * 126 + c - 0x81) * 10 + d - 0x30
        assert encoded.decode(name) == chr(char)
        if ranges and ranges[-1][1] == char - 1 and ranges[-1][2] + char - ranges[-1][0] == number:
            ranges[-1][1] = char
        else:
            ranges.append([char, char, number])
    return ranges


def encoding_differences(name, single):
    inverse = {}
    for code in range(0x80):
        if code not in single:
            inverse[code] = code
    for code in sorted(single):
        inverse.setdefault(single[code], code)
    different = []
    for char in range(0x30000):
        try:
            encoded = chr(char).encode(name)
        except UnicodeEncodeError:
            code = 0
        else:
            if len(encoded) > 3:
                # Computed, not looked up.
                assert char not in inverse
                continue
            code = code_of(encoded)
        if char and code != inverse.get(char, 0):
            different.append((char, code))
    return different


def numbers(values):
    out = bytearray()
    for value in values:
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        out.append(value)
    return bytes(out)


def differences(values):
    previous = -1
    for value in values:
        step = value - previous - 1
        yield step << 1 if step >= 0 else (-step << 1) - 1
        previous = value


def table(name):
    single, double = decoding(name)
    codes = sorted(single)
    gaps = [code - previous - 1 for previous, code in zip([-1] + codes, codes)]
    parts = [len(codes), *gaps, *differences([single[code] for code in codes]), len(double)]
    for code, text in sorted(double.items()):
        assert text.encode(name) and code_of(text.encode(name)) == code
        parts += [code, *map(ord, text)]
    different = encoding_differences(name, single)
    parts.append(len(different))
    for char, code in different:
        parts += [char, code]
    ranges = four_byte_ranges(name) if name == "gb18030" else []
    parts.append(len(ranges))
    for entry in ranges:
        parts += entry
    return zlib.compress(numbers(parts), 9)


def main(folder):
    for name in NAMES:
        data = table(name)
        Path(folder, f"{name}.bin").write_bytes(data)
        print(f"{name}: {len(data)} bytes", file=sys.stderr)


main(*sys.argv[1:])
