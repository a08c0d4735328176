"""Renews the outputs of the pass tests that come from CPython. Run by CPython 3.14.

    python3.14 xtask/scripts/cfg_golden.py compiler/tests/passes/optimize_code_unit

Everything behind `---` in those files is what CPython's own flow graph optimiser (`_testinternalcapi.optimize_cfg`)
makes of the instructions above it. The format is described in `compiler/src/flowgraph/pass_tests.rs`.
"""

import ast
import pathlib
import sys

import _testinternalcapi
import opcode


def has_target(name):
    number = opcode.opmap[name]
    return number in opcode.hasjump or name.startswith("SETUP_") and name != "SETUP_ANNOTATIONS"


def show_const(value):
    if isinstance(value, frozenset):
        return "{" + ", ".join(show_const(item) for item in value) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(show_const(item) for item in value) + ")"
    return "..." if value is ... else repr(value)


def show_line(line):
    return "" if line == 1 else " @-" if line is None or line < 0 else f" @{line}"


def optimize(text):
    sequence = _testinternalcapi.new_instruction_sequence()
    consts, nlocals, labels = [], 0, {}

    def label(name):
        if name not in labels:
            labels[name] = sequence.new_label()
        return labels[name]

    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith(";"):
            continue
        if line.startswith("consts:"):
            consts = [ast.literal_eval(item.strip()) for item in line[7:].split(";") if item.strip()]
        elif line.startswith("locals:"):
            nlocals = int(line[7:])
        elif line.endswith(":"):
            sequence.use_label(label(line[:-1]))
        else:
            name, *words = line.split()
            arg, location = 0, (1, 1, 0, 1)
            for word in words:
                if word.startswith("@"):
                    number = -1 if word == "@-" else int(word[1:])
                    location = (number, number, 0, 1) if number >= 0 else (-1, -1, -1, -1)
                else:
                    arg = label(word) if has_target(name) else int(word)
            sequence.addop(opcode.opmap[name], arg, *location)
    try:
        result = _testinternalcapi.optimize_cfg(sequence, consts, nlocals)
    except (ValueError, SystemError) as error:
        return f"error: {error}\n"
    instructions = result.get_instructions()
    targets = {item[1] for item in instructions if has_target(opcode.opname[item[0]])}
    out = []
    if consts:
        out.append("consts: " + "; ".join(map(show_const, consts)))
    for index, (number, arg, line, *_) in enumerate(instructions):
        name = opcode.opname[number]
        if index in targets:
            out.append(f"L{index}:")
        operand = f" L{arg}" if has_target(name) else f" {arg}" if number in opcode.hasarg else ""
        out.append(f"    {name}{operand}{show_line(line)}")
    return "\n".join(out) + "\n"


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.cfg")):
    with open(path, encoding="utf-8") as file:
        source = file.read().partition("---\n")[0]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{source}---\n{optimize(source)}")
