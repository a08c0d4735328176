"""Writes cjk.tsv: codec, CRC-32 of the lines that say how CPython encodes each character, and how it decodes sequences.

    python3.14 -W ignore text/tests/golden/make_cjk.py

A line is the bytes of a character in hexadecimal, or "-". Sequences: each of two bytes, the first from 0x80 on; escape
sequences with two bytes behind each for the codecs that have them. Their lines are the code points, or start and end of the
first error.
"""

import zlib
from pathlib import Path

FAMILIES = {
    "Cn": "gb2312 gbk gb18030 hz",
    "Hk": "big5hkscs",
    "Iso2022": "iso2022_kr iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext",
    "Jp": "shift_jis cp932 euc_jp shift_jis_2004 euc_jis_2004 euc_jisx0213 shift_jisx0213",
    "Kr": "euc_kr cp949 johab",
    "Tw": "big5 cp950",
}
PREFIXES = ["", "1b2442", "1b242844", "1b242843", "1b2441", "1b242851", "1b24284f", "1b242850", "1b284a", "1b2849"]
PREFIXES += ["1b2429430e", "1b2e461b4e", "7e7b", "8f"]


def encoded(name):
    for number in range(0x30000):
        try:
            yield chr(number).encode(name).hex()
        except UnicodeEncodeError:
            yield "-"


def decoded(name):
    for prefix in PREFIXES:
        for first in range(0x80, 0x100) if prefix in ("", "8f") else range(0x21, 0x7F):
            for second in range(0x20, 0x100):
                try:
                    text = (bytes.fromhex(prefix) + bytes([first, second])).decode(name)
                    yield " ".join(f"{ord(c):x}" for c in text)
                except UnicodeDecodeError as error:
                    yield f"! {error.start} {error.end}"


def checksum(lines):
    return f"{zlib.crc32(''.join(line + chr(10) for line in lines).encode()):08x}"


rows = [
    f"{family}\t{name}\t{checksum(encoded(name))}\t{checksum(decoded(name))}"
    for family, names in FAMILIES.items()
    for name in names.split()
]
head = "# Made by make_cjk.py: family, codec, checksums of encodings and decodings."
Path(__file__).with_name("cjk.tsv").write_text("\n".join([head, *rows]) + "\n")
