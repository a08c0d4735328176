"""Writes `compiler/tests/const_eval.txt`: what CPython folds at compile time. Run by CPython 3.14.

    python3.14 xtask/scripts/const_eval_golden.py > compiler/tests/const_eval.txt

A line is `operation left [right] = result`; `-` as a result means that CPython leaves the operation to run time.
Values: `n` None, `b0`/`b1`, `i<hex>`, `f<16 hex digits>`, `c<hex>/<hex>`, `s<hex of UTF-8>`, `y<hex>`,
`t(<values>)`, `l(<start>,<stop>,<step>)`. NaNs are `fnan`.
"""

import random
import struct

import _testinternalcapi
import opcode

OPS = {name.removeprefix("NB_"): number for number, (name, _) in enumerate(opcode._nb_ops)
       if "INPLACE" not in name and "MATRIX" not in name}
UNARY = {"NEGATIVE": ("UNARY_NEGATIVE", 0), "INVERT": ("UNARY_INVERT", 0), "NOT": ("UNARY_NOT", 0),
         "POSITIVE": ("CALL_INTRINSIC_1", 5)}
HERE = (1, 1, 0, 1)


def double(value):
    return "nan" if value != value else struct.pack(">d", value).hex()


def show(value):
    match value:
        case None:
            return "n"
        case bool():
            return f"b{int(value)}"
        case int():
            return f"i{value:x}"
        case float():
            return "f" + double(value)
        case complex():
            return f"c{double(value.real)}/{double(value.imag)}"
        case str():
            return "s" + value.encode("utf-8", "surrogatepass").hex()
        case bytes():
            return "y" + value.hex()
        case tuple():
            return "t(" + ",".join(map(show, value)) + ")"
        case slice():
            return "l(" + ",".join(map(show, (value.start, value.stop, value.step))) + ")"


def fold(consts, *operation):
    sequence = _testinternalcapi.new_instruction_sequence()
    for index in range(len(consts)):
        sequence.addop(opcode.opmap["LOAD_CONST"], index, *HERE)
    sequence.addop(opcode.opmap[operation[0]], operation[1], *HERE)
    sequence.addop(opcode.opmap["RETURN_VALUE"], 0, *HERE)
    consts = list(consts)
    instructions = _testinternalcapi.optimize_cfg(sequence, consts, 0).get_instructions()
    if len(instructions) != 2:
        return "-"
    number, arg = instructions[0][:2]
    return show(arg if opcode.opname[number] == "LOAD_SMALL_INT" else consts[arg])


inf, nan = float("inf"), float("nan")
INTS = [0, 1, -1, 2, -2, 3, 7, -7, 10, 64, 100, 127, 128, 129, 200, 255, 256, -256, 2**31, 2**53 + 1, -2**63, 2**63, 2**64 - 1,
        10**18 + 3, 2**127, 2**128, -(2**100) + 5, 10**30, 10**400, 3**80]
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, -3.0, 0.1, 1e-320, 5e-324, 1e308, -1e308, 1.7976931348623157e308, inf, -inf, nan,
          7.25, -7.25, 1e16, 3.141592653589793, 100.0, 101.5]
COMPLEXES = [0j, complex(-0.0, 0.0), complex(0.0, -0.0), 1j, -1j, 1 + 2j, -1.5 + 0.25j, 1e308 + 1e308j, complex(inf, 1), complex(1, inf),
             complex(nan, 1), complex(inf, nan), 3 - 4j, 1e-200 + 1e-200j, complex(0.0, inf)]
TEXTS = ["", "a", "abc", "é€😀", "\ud800x", "xy" * 30, b"", b"a", b"\x00\xffz", b"z" * 120]
TUPLES = [(), (1,), (1, "a", None), ((1, 2), (3, (4, 5))), tuple(range(90))]
SLICES = [slice(None), slice(1, None), slice(None, -1), slice(None, None, -1), slice(1, 10**30, 2), slice(None, None, 0), slice("a"),
          slice(-2, None), slice(5, 1, -2), slice(True, 3)]
OTHERS = [None, True, False]
ALL = INTS + FLOATS + COMPLEXES + TEXTS + TUPLES + OTHERS

rng = random.Random(314)
cases = [(name, (a,)) for name in UNARY for a in ALL if a is not None or name == "NOT"]
for name in OPS:
    for numbers in (INTS, FLOATS, COMPLEXES):
        pairs = [(a, b) for a in numbers for b in numbers]
        cases += [(name, pair) for pair in rng.sample(pairs, min(len(pairs), 60))]
    mixed = [(a, b) for a in ALL for b in ALL if type(a) is not type(b)]
    cases += [(name, pair) for pair in rng.sample(mixed, 50)]
cases += [("MULTIPLY", pair) for a in TEXTS + TUPLES for n in (0, 1, -1, 2, 3, 35, 68, 69, True, 2**70) for pair in ((a, n), (n, a))]
cases += [("SUBSCR", (a, n)) for a in TEXTS + TUPLES for n in [0, 1, -1, 2, -3, True, 10**30, *SLICES]]
cases += [("ADD", (a, b)) for a in TEXTS[:5] + TEXTS[6:9] + TUPLES[:4] for b in TEXTS[:5] + TEXTS[6:9] + TUPLES[:4]]
cases += [("POWER", (complex(a), n)) for a in (1 + 1j, -2.5 + 0.5j, 0.1j, 3 + 0j) for n in (0, 1, 2, 3, 5, 100, 101, -1, -3, -100, 0.5, 2.5)]
cases += [("TRUE_DIVIDE", (rng.getrandbits(p) - (1 << p - 1), rng.getrandbits(q) + 1)) for p in (60, 64, 90, 128, 1100) for q in (1, 50, 64, 100, 1090, 1190) for _ in range(4)]
cases += [(op, (rng.uniform(-10, 10), rng.uniform(-3, 3))) for op in ("POWER", "REMAINDER", "FLOOR_DIVIDE") for _ in range(40)]
cases += [(op, (complex(rng.uniform(-10, 10), rng.uniform(-3, 3)), complex(rng.uniform(-3, 3), rng.uniform(-3, 3)))) for op in ("POWER", "MULTIPLY", "TRUE_DIVIDE") for _ in range(40)]

for name, operands in cases:
    result = fold(operands, *UNARY.get(name, ("BINARY_OP", OPS.get(name))))
    print(name, *map(show, operands), "=", result)
