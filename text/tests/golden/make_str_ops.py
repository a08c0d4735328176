"""Writes str_ops.tsv: method, value, argument, number, CPython's answer (lists joined by "|" between brackets).

    python3.14 text/tests/golden/make_str_ops.py

Methods of bytes are prefixed with "b."; bytes are shown as their Latin-1 text.
"""
import random
from pathlib import Path

random.seed(21)
rows = []


def escape(text):
    return "".join(c if 32 <= ord(c) < 127 and c != "\\" else f"\\u{{{ord(c):x}}}" for c in text)


def show(answer):
    if isinstance(answer, (list, tuple)):
        return "[" + "|".join(map(show, answer)) + "]"
    if isinstance(answer, (bytes, bytearray)):
        return answer.decode("latin-1")
    if isinstance(answer, bool):
        return str(answer)
    return str(answer)


def row(method, value, argument, number, answer):
    rows.append("\t".join((method, escape(show(value)), escape(show(argument)), str(number), escape(show(answer)))))


LETTERS = list("aabbAB  \t\n\r.,'\"\\019+-") + ["\x0b", "\x1c", "\x85", "\u2028", "\xa0", "\u3000", "\xdf", "\u0130", "\u01c5", "\u01c4", "\u03a3",
           "\u03c3", "\u0149", "\ufb03", "\u1fb3", "\xb2", "\u0663", "\u2155", "\u20ac", "\U0001f600", "\U00010400", "\ud800", "\udc00", "\u0301", "\xad", "\x7f", "\0",
           "\u200b", "\ue000", "\U000e0001", "\u0345", "\u0378", "\u4e00", "\r\n", "ab", "AB", "\u0391\u03a3"]
BYTES = [chr(i) for i in (97, 98, 65, 66, 32, 9, 10, 13, 11, 12, 28, 39, 34, 92, 48, 43, 45, 127, 128, 160, 255, 0)] + ["ab", "\r\n"]
PLAIN = ["lower", "upper", "title", "capitalize", "swapcase", "isalpha", "isalnum", "isdigit", "islower", "isupper", "istitle", "isspace", "split",
         "rsplit", "strip", "lstrip", "rstrip"]
STR_PLAIN = PLAIN + ["casefold", "isdecimal", "isnumeric", "isprintable", "isidentifier"]

for count in range(220):
    for prefix, letters in ("", LETTERS), ("b.", BYTES):
        value = "".join(random.choices(letters, k=random.randrange(0, 9)))
        part = "".join(random.choices(letters, k=random.choice([1, 1, 1, 2])))
        if random.random() < 0.5 and value:
            at = random.randrange(len(value))
            part = value[at:at + random.randrange(1, 3)]
        if prefix:
            value, part = value.encode("latin-1"), part.encode("latin-1")
        for method in random.sample(STR_PLAIN if not prefix else PLAIN, 4):
            row(prefix + method, value, part[:0], 0, getattr(value, method)())
        if prefix:
            row("b.repr", value, b"", 0, repr(value))
        else:
            row("repr", value, "", 0, repr(value))
            row("ascii", value, "", 0, ascii(value))
        number = random.choice([-1, 0, 1, 2, 3])
        row(prefix + "splitsep", value, part, number, value.split(part, number))
        row(prefix + "rsplitsep", value, part, number, value.rsplit(part, number))
        row(prefix + "splitmax", value, part[:0], number, value.split(None, number))
        row(prefix + "rsplitmax", value, part[:0], number, value.rsplit(None, number))
        row(prefix + "splitlines", value, part[:0], 0, value.splitlines())
        row(prefix + "splitlines", value, part[:0], 1, value.splitlines(True))
        row(prefix + "partition", value, part, 0, value.partition(part))
        row(prefix + "rpartition", value, part, 0, value.rpartition(part))
        for method in "strip", "lstrip", "rstrip":
            row(prefix + method + "set", value, part, 0, getattr(value, method)(part))
        for old in part, part[:0]:
            row(prefix + "replace", value, old, number, value.replace(old, b"<>" if prefix else "<\u20ac>", number))
            row(prefix + "count", value, old, 0, value.count(old))
        width = random.randrange(0, 14)
        fill = b"*" if prefix else random.choice("*\u20ac\U0001f600\ud800")
        for method in "center", "ljust", "rjust":
            row(prefix + method, value, fill, width, getattr(value, method)(width, fill))
        row(prefix + "zfill", value, part[:0], width, value.zfill(width))
        row(prefix + "expandtabs", value, part[:0], width, value.expandtabs(width))
(Path(__file__).parent / "str_ops.tsv").write_text("\n".join(rows) + "\n")
