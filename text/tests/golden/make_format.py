"""Writes format.tsv: operation, value, specification, CPython's answer or "!Exception: message".

    python3.14 text/tests/golden/make_format.py
"""
import _string
import random
import struct
import sys
from pathlib import Path

random.seed(3)
rows = []
sys.set_int_max_str_digits(4300)


def escape(text):
    return "".join(c if 32 <= ord(c) < 127 and c != "\\" else f"\\u{{{ord(c):x}}}" for c in text)


def bits(value):
    return struct.pack(">d", value).hex()


def row(operation, value, spec, compute):
    try:
        answer = compute()
    except (ValueError, OverflowError) as error:
        answer = f"!{type(error).__name__}: {error}"
    rows.append("\t".join((operation, escape(value), escape(spec), escape(answer))))


def specs(codes):
    for _ in range(450):
        spec = random.choice(["", "", "", "*", "0", "\u20ac", "<", "\ud800"]) + random.choice(["", "<", ">", "^", "="])
        spec += random.choice(["", "", "", "+", "-", " "]) + random.choice(["", "", "", "", "z"])
        spec += random.choice(["", "", "", "#"]) + random.choice(["", "", "0"])
        spec += random.choice(["", "", "1", "7", "12", "30", "\u0663"]) + random.choice(["", "", "", ",", "_", ",_", "_,"])
        spec += random.choice(["", "", "", ".0", ".1", ".3", ".10", ".", ".,", ".3_", ".4,", ".5,_", ".5_,"])
        yield spec + random.choice(codes)
    yield from ["", "10", "999999999999999999999", ".999999999999999999999", ".2147483647f", ".2147483648", "xx", "5xx", "\u1234",
                "\x01", ",\x01", ",\u1234", "*", "**", "<<", "<<5", "=5", "0=5", "05", "<05", ",c", "_c", ",x", "_x", "_b", "_s", ",n", "_n", ".,n",
                "\0<5", "z", " ", "+", "- ", "#", "0", "00", "000", "0,", "01,", "010,d", "c", "5c", "<5c", "=5c", "^5c", "05c", "+c", "#c", "#,x"]


for spec in specs(list("dbcoxXneEfFgG%s") + ["", "", "q", "dd"]):
    value = random.choice([0, 1, -1, 65, 255, -255, 1234567, -1234567890, 10 ** 25, -10 ** 25, 0x110000, 2 ** 64, 10 ** 400])
    row("int", str(value), spec, lambda: format(value, spec))
for value in 1 << 20000, -(1 << 14284):
    row("int", hex(value), "", lambda: format(value, ""))
    row("int", hex(value), "x", lambda: format(value, "x"))
    row("int", hex(value), ",", lambda: format(value, ","))
FLOATS = [0.0, -0.0, 1.0, -1.5, 0.1, 1234567.891, -1234567.891, 1e16, 1e-7, 123456789.0, 1e300, float("inf"), float("-inf"), float("nan"), -0.001,
          0.5, 2.5, 1e22, 5e-324, 999999.5, 0.00001]
for spec in specs(list("neEfFgG%") * 2 + ["", "", "", "", "d", "s"]):
    value = random.choice(FLOATS)
    row("float", bits(value), spec, lambda: format(value, spec))
for spec in specs(list("neEfFgG") * 2 + ["", "", "", "", "d", "%"]):
    value = complex(random.choice(FLOATS), random.choice(FLOATS))
    row("complex", bits(value.real) + bits(value.imag), spec, lambda: format(value, spec))
for spec in specs(["s", "s", "", "", "", "d"]):
    value = random.choice(["", "a", "hello world", "\u20ac\U0001f600x", "\ud800"])
    row("str", value, spec, lambda: format(value, spec))


def parsed(template):
    out = []
    for literal, name, spec, conversion in _string.formatter_parser(template):
        if name is None:
            out.append(f"[{literal}]")
        else:
            out.append(f"[{literal}|{name}|{spec}|{conversion or ''}]")
    return "".join(out)


def field(name):
    first, rest = _string.formatter_field_name_split(name)
    out = [f"#{first}" if isinstance(first, int) else f"'{first}"]
    for is_attribute, key in rest:
        out.append(f".{key}" if is_attribute else f"[{key}" if isinstance(key, int) else f"['{key}")
    return " ".join(out)


templates = ["", "a", "{}", "{{", "}}", "{", "}", "a{", "a}", "{{}}", "{0}", "{a.b[c]}", "{!r}", "{!r:>5}", "{!}", "{!", "{!r", "{!r:", "{!rx}", "{:", "{:{}",
             "{:{}}", "{:{a}{b}}", "{a{b}", "{a[{]}", "{a[}]}", "{a[", "{a[}", "{:}}", "{ }", "x{}y{}z", "}{", "{}}", "{{{}}}", "{:{{}}}", "{!\u20ac}",
             "\u20ac{\u20ac}\u20ac", "{a!r:b!c}", "{:a:b}", "{a[:]}", "{a[!]:b}", "{0.a[1][b].c!s:^{w}}", "{a}}b", "a}}{{b", "\ud800{}", "{a:b}c{d:e}", "{\0}", "{a]}"]
for template in templates + ["".join(random.choices("a{}[]!:.r0", k=random.randrange(1, 9))) for _ in range(600)]:
    row("template", template, "", lambda: parsed(template))
names = ["", "0", "a", "a.b", "a[0]", "a[b]", "a.b[c].d", "a.", "a[", "a[]", "a[0", "a[0]b", "a..b", ".a", "[0]", "0[1].b", "99999999999999999999", "a[99999999999999999999]",
         "\u0663", "-1", "a[-1]", "1a", "a b", "a[\u0663]", "01", "a]", "a[b]]", "a[b[c]"]
for name in names + ["".join(random.choices("a0.[]", k=random.randrange(1, 7))) for _ in range(300)]:
    row("field", name, "", lambda: field(name))

for _ in range(600):
    flags = "".join(random.choices("-+ #0", k=random.randrange(0, 4)))
    spec = "%" + flags + random.choice(["", "", "1", "8", "20"]) + random.choice(["", "", ".", ".0", ".3", ".12"]) + random.choice(["", "", "l"])
    code = random.choice("dioxXuefgEFGs")
    if code in "dioxXu":
        value = random.choice([0, 1, -1, 255, -255, 10 ** 20, -10 ** 20])
        row("%int", str(value), spec + code, lambda: (spec + code) % value)
    elif code == "s":
        value = random.choice(["", "a", "hello \u20ac\ud800"])
        row("%str", value, spec + code, lambda: (spec + code) % value)
    else:
        value = random.choice(FLOATS)
        row("%float", bits(value), spec + code, lambda: (spec + code) % value)
for template in ["%", "a%", "%5", "%.", "%l", "%99999999999999999999d", "%.99999999999999999999d", "%.2147483648d", "%-", "%ld", "%hd", "%Ld"]:
    row("%int", "7", template, lambda: template % 7)
(Path(__file__).parent / "format.tsv").write_text("\n".join(rows) + "\n")
