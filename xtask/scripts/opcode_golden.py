"""Writes `compiler/tests/opcodes.txt`: what CPython 3.14 says of its instructions and their named operands.

    python3.14 xtask/scripts/opcode_golden.py > compiler/tests/opcodes.txt

A line is `op NAME number caches kinds effects`: the effects on the stack for the operands 1, 2, 3 and 255 on the way to
the jump target, and on the way to the next instruction (`-` where CPython refuses to tell); or `operand KIND number text`.
"""

import _opcode
import opcode
from _opcode_metadata import _specialized_opmap

KINDS = ("arg", "const", "name", "jump", "free", "local", "exc")


def effect(number, arg, jump):
    try:
        return str(opcode.stack_effect(number, arg if _opcode.has_arg(number) else None, jump=jump))
    except ValueError:
        return "-"


names = {number: name for name, number in (opcode.opmap | _specialized_opmap).items()}
for number, name in sorted(names.items()):
    kinds = [kind for kind in KINDS if getattr(_opcode, "has_" + kind)(number)]
    caches = opcode._inline_cache_entries.get(name, 0)
    told = name not in _specialized_opmap
    effects = [effect(number, arg, jump) if told else "-" for arg in (1, 2, 3, 255) for jump in (True, False)]
    print("op", name, number, caches if told and "INSTRUMENTED" not in name else "-", "+".join(kinds) or "-", *effects)
for number, (_, text) in enumerate(opcode._nb_ops):
    print("operand BinaryOp", number, text)
for kind, texts in (("Intrinsic1", opcode._intrinsic_1_descs), ("Intrinsic2", opcode._intrinsic_2_descs),
                    ("SpecialMethod", opcode._special_method_names), ("CompareOp", opcode.cmp_op),
                    ("CommonConstant", [value.__name__ for value in opcode._common_constants])):
    for number, text in enumerate(texts):
        print("operand", kind, number, text)
