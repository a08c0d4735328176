"""Writes the goldens of the bytecode tests: the listing of each `.py` file's code. Run by CPython 3.14.

    python3.14 xtask/scripts/bytecode_golden.py compiler/tests/bytecode

The listing is the one of `compiler/src/dump/listing.rs`, for the code that CPython makes of the file.
"""

import json
import marshal
import pathlib
import struct
import sys

import opcode

assert sys.version_info[:2] == (3, 14), "needs CPython 3.14"


def kinds(code):
    """`co_localspluskinds`, which Python code does not show, from the code object's serialised form."""
    names = {}
    for name in code.co_varnames:
        names.setdefault(name, 0)
    plain = list(code.co_varnames) + [name for name in code.co_cellvars if name not in names] + list(code.co_freevars)
    # The bytes stand behind the tuple of names; parsing up to there is enough.
    return plain, read_kinds(marshal.dumps(code), len(plain))


def read_kinds(data, count):
    position, refs = 0, []

    def long():
        nonlocal position
        position += 4
        return int.from_bytes(data[position - 4:position], "little", signed=True)

    def take(size):
        nonlocal position
        position += size
        return data[position - size:position]

    def read():
        nonlocal position
        first = data[position]
        position += 1
        kind = chr(first & 0x7F)
        slot = None
        if first & 0x80:
            slot = len(refs)
            refs.append(None)
        if kind in "NTF.S0":
            value = None
        elif kind == "r":
            return refs[long()]
        elif kind == "i":
            value = long()
        elif kind == "l":
            value = take(2 * abs(long()))
        elif kind in "gy":
            value = take(8 if kind == "g" else 16)
        elif kind in "zZ":
            value = take(take(1)[0])
        elif kind in "sutaA":
            value = take(long())
        elif kind in ")(>":
            value = [read() for _ in range(take(1)[0] if kind == ")" else long())]
        elif kind == ":":
            value = [read() for _ in range(3)]
        elif kind == "c":
            value = [long() for _ in range(5)] + [read() for _ in range(8)] + [long(), read(), read()]
        else:
            raise ValueError(kind)
        if slot is not None:
            refs[slot] = value
        return value

    result = read()[9]
    assert len(result) == count
    return result


def double(value):
    return "nan" if value != value else struct.pack(">d", value).hex()


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def constant(value):
    match value:
        case None:
            return ["n"]
        case bool():
            return ["b", int(value)]
        case int():
            return ["i", f"{value:x}"]
        case float():
            return ["f", double(value)]
        case complex():
            return ["c", double(value.real), double(value.imag)]
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                return ["S", value.encode("utf-8", "surrogatepass").hex()]
            return ["s", value]
        case bytes():
            return ["y", value.hex()]
        case tuple():
            return ["t", [constant(item) for item in value]]
        case frozenset():
            return ["z", sorted((constant(item) for item in value), key=dump)]
        case slice():
            return ["l", [constant(item) for item in (value.start, value.stop, value.step)]]
    assert value is ..., value
    return ["e"]


def exceptions(table):
    data = iter(table)

    def number():
        byte = next(data)
        value = byte & 63
        while byte & 64:
            byte = next(data)
            value = value << 6 | byte & 63
        return value

    while True:
        try:
            start, length, target, depth_lasti = number(), number(), number(), number()
        except StopIteration:
            return
        yield 2 * start, 2 * (start + length), 2 * target, depth_lasti >> 1, depth_lasti & 1


def listing(code):
    names, slots = kinds(code)
    yield (f"code {code.co_qualname} line {code.co_firstlineno} args "
           f"{code.co_argcount}/{code.co_posonlyargcount}/{code.co_kwonlyargcount} stack {code.co_stacksize} "
           f"flags {code.co_flags:#x}")
    yield "  locals " + " ".join(f"{name}:{kind:02x}" for name, kind in zip(names, slots))
    yield "  names " + " ".join(code.co_names)
    for index, value in enumerate(code.co_consts):
        shown = f"code {value.co_qualname}" if hasattr(value, "co_code") else dump(constant(value))
        yield f"  const {index} {shown}"
    positions = list(code.co_positions())
    raw, offset, extended = code.co_code, 0, 0
    while offset < len(raw):
        name, arg = opcode.opname[raw[offset]], extended | raw[offset + 1]
        if name == "EXTENDED_ARG":
            extended = arg << 8
            offset += 2
            continue
        extended = 0
        line, end_line, column, end_column = ("-" if part is None else part for part in positions[offset // 2])
        operand = f" {arg}" if raw[offset] in opcode.hasarg else ""
        yield f"  {offset} {name}{operand} @{line}:{column}-{end_line}:{end_column}"
        offset += 2 + 2 * opcode._inline_cache_entries.get(name, 0)
    for start, end, target, depth, lasti in exceptions(code.co_exceptiontable):
        yield f"  except {start}-{end} -> {target} depth {depth}" + (" lasti" if lasti else "")
    for value in code.co_consts:
        if hasattr(value, "co_code"):
            yield from listing(value)


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    code = compile(path.read_bytes(), path.name, "exec", dont_inherit=True, optimize=0)
    path.with_suffix(".golden").write_text("\n".join(listing(code)) + "\n", encoding="utf-8")
