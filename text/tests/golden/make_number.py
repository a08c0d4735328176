"""Writes number.tsv: operation, argument, CPython's answer (or the exception's text after "!").

    python3.14 text/tests/golden/make_number.py
"""
import random
import struct
import sys
from pathlib import Path

random.seed(14)
rows = []


def escape(text):
    return "".join(c if 32 <= ord(c) < 127 and c != "\\" else f"\\u{{{ord(c):x}}}" for c in text)


def row(operation, argument, compute):
    try:
        answer = compute()
    except (ValueError, OverflowError) as error:
        answer = "!" + type(error).__name__
    rows.append("\t".join((operation, escape(argument), escape(answer))))


def bits(value):
    return struct.pack(">d", value).hex()


floats = [0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, 2.5, 0.25, 0.125, 1e15, 1e16, 1e17, 123456789012345680.0, 9999999999999998.0,
          1e-4, 1e-5, 0.00012345, 5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308,
          1e22, 1e23, 9007199254740993.0, 2e23, 1.1, 2 / 3, 100.0, 1e100, 3.141592653589793, float("inf"),
          float("-inf"), float("nan"), 0.15, 0.35, 2.675, 1.005, 1e21, 123456.0, 1234567.0, 999999.5, 9.5, 99.5, 0.95]
floats += [struct.unpack(">d", random.randbytes(8))[0] for _ in range(40)]
floats += [random.uniform(-1000, 1000) for _ in range(15)]
floats += [random.randrange(-10 ** 6, 10 ** 6) / 2 ** random.randrange(1, 12) for _ in range(40)]
for value in floats:
    row("repr", bits(value), lambda: repr(value))
    row("hex", bits(value), value.hex)
    for precision in 0, 1, 2, 3, 6, 17, 30:
        for kind in "efg":
            row(f"%.{precision}{kind}", bits(value), lambda: f"%.{precision}{kind}" % value)
            row(f"%#.{precision}{kind.upper()}", bits(value), lambda: f"%#.{precision}{kind.upper()}" % value)
for value in 5e-324, 1.7976931348623157e308, 0.1, -2.5e-300:
    for kind in "efg":
        row(f"%.1200{kind}", bits(value), lambda: f"%.1200{kind}" % value)

texts = ["", " ", "1", " 1 ", "1.", ".5", ".", "1e5", "1e", "1e+", "1E-5", "+1", "-1", "+-1", "--1", "1_000.5", "1__0", "_1",
         "1_", "1_.5", "1._5", "1e_5", "1e1_0", "1_e5", "inf", "-INF", "+Infinity", "infinit", "nan", "-nan", "NaN", "nan()",
         "0x10", "1 2", "\t1\n", "\x1f1", "\u00a01\u2003", "\u0661\u0662.\u0663", "1\u0000", "1e400", "-1e400", "1e-400",
         "1e99999999999999999999", "0e99999999999999999999", "1e-99999999999999999999", "1" * 400, "0." + "0" * 400 + "1",
         "9007199254740993", "2.2250738585072011e-308", "1d5", "1f", "\uff11", "1\u0660", "\u00b2", "in_f", "1e5.0", "\ud800",
         "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623158e308", "1.7976931348623159e308", "1e+05"]
for text in texts:
    row("float", text, lambda: bits(float(text)))
for text in texts + ["1j", "j", "-j", "+j", "1+j", "1-j", "1+2j", "(1+2j)", " ( 1+2j ) ", "(1+2j", "1+2j)", "1 + 2j", "1+2", "j1",
                     "1j+2", "nan+infj", "-nan-nanj", "1e5+1e-5j", "1_0+2_0j", "()", "(", "1++2j", "1+-2j", "infj", "1J", "1jj",
                     "\u0661+\u0662j", "1e5j", "ij", "1.e1-.5j", "+1_1j"]:
    row("complex", text, lambda: bits(complex(text).real) + bits(complex(text).imag))
for real in 0.0, -0.0, 1.0, -1.5, float("inf"), float("nan"), 1e20, 1e-7:
    for imaginary in 0.0, -0.0, 1.0, -1.5, float("-inf"), float("nan"), 1e20:
        row("complex_repr", bits(real) + bits(imaginary), lambda: repr(complex(real, imaginary)))

for text in ["", "0x", "0x1", "1", "-0x1.8p3", "+0X.8P-1", "0x1.p0", "0x.p0", ".", "p3", "0x1p", "0x1p+", "1.8", "0x1p1024",
             "0x1p1023", "0x1.fffffffffffffp1023", "0x1.fffffffffffff7p1023", "0x1.fffffffffffff8p1023",
             "0x1.fffffffffffff7fffffffffffffffffp1023",
             "0x1p-1074", "0x1p-1075", "0x1.0000001p-1075", "0x0.8p-1074", "0x0.80000000000000001p-1074", "0x1p-1076", "0x1.8p-1074", "0x3p-1075",
             "0x1.00000000000008p0", "0x1.00000000000018p0", "0x1.000000000000080000000001p0", "0x1.0000000000000800000000000p0",
             " 0x1 ", "0x1 2", "inf", "-infinity", "nan", "+nan", "0x1p99999999999999999999", "0x0p99999999999999999999",
             "0x1p-99999999999999999999", "0xabcdefABCDEF.123456789p-20", "1_0", "0x1.8p 3", "0x" + "f" * 300, "0x" + "0" * 300 + "1",
             "0x." + "0" * 300 + "1p1200", "0x1.8g", "\uff11", "0x1p3.0", "0b1", "0x0.fffffffffffff8p-1022", "0x0.fffffffffffffcp-1022", "ffp0", "-0x0p0", "0x1..8"]:
    row("fromhex", text, lambda: bits(float.fromhex(text)))

sys.set_int_max_str_digits(4300)
ints = ["", "0", "1", "-1", "+1", "007", "0x1f", "0X1F", "0o17", "0b101", "0b2", "1_000", "1__0", "_1", "1_", "0x_f", "0x__f", "0_x1",
        " 12 ", "1 2", "- 1", "--1", "abc", "zz", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "1" * 100, "-" + "9" * 4300, "9" * 4301, "9" * 4301 + "x", "f" * 5000, "0x" + "f" * 5000, "0" * 5000, "1.0", "1e5",
        "\u0661\u0662\u0663", "\u00a07\u00a0", "\x1c7", "7\u0000", "00", "0_0", "0_7", "0x", "0b", "-0x10", "+0b1", "\u00b2", "\ud800", "0b_1", "0_b1", "0xg", "12_", "0o8",
        "1" + "_1" * 50, "123456789" * 400]
for text in ints:
    for base in 0, 2, 8, 10, 16, 36:
        row(f"int{base}", text, lambda: format(int(text, base), "x"))
(Path(__file__).parent / "number.tsv").write_text("\n".join(rows) + "\n")
