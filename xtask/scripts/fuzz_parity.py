"""Compares the compiler with CPython on programs made up from CPython's library. Run by CPython 3.14.

    python3.14 xtask/scripts/fuzz_parity.py PROGRAM [--cases N] [--seed N] [--show N] [--save FILE]

PROGRAM is the example `parity_cases`, which compiles what it reads. A case is a piece of the library of the Python that
runs this, most with a token or two changed, so that they do not compile, or a program made up at random (`made_up.py`);
what both make of it is compared to the last detail: warnings, and the error or the code object. Exit code 1 if anything differs.
"""

import argparse
import json
import os
import random
import re
import struct
import subprocess
import sys
import textwrap
import warnings

import made_up

assert sys.version_info[:2] == (3, 14), "needs CPython 3.14"
sys.set_int_max_str_digits(4300)

CODE = type(compile("", "", "exec"))
# Type comments, `await` outside of functions, incomplete input, the last without implied ends of blocks, postponed
# annotations, `<>`.
FLAGS = 0x1000, 0x2000, 0x4000, 0x4200, 0x1000000, 0x400000
PIECES = """( ) [ ] { } , : ; . = == != <> := -> + - * / // % @ ** & | ^ ~ < > <= >= << >> += -= *= /= ! ... \\ # $ ?
if else elif for in while def class lambda return yield from import as with try except finally raise del global nonlocal
pass break continue and or not is None True False async await match case type assert print exec _ x foo 0 1 1.5 2j 0x1f
1_000 07 1a 'a' "b" b'c' r'\\d' f'{x}' f'{x!r:>{w}}' t'{x}' f'{x=}' f'{' 'a '''a '\\q' '\\x1' """.split(" ")
PIECES = [piece for part in PIECES for piece in part.split("\n") if piece] + [" ", "\n", "    ", "\t", "\n\n", "é", "€", "\\\n"]


def canonical_float(value):
    return "nan" if value != value else struct.pack(">d", value).hex()


def canonical_text(text):
    try:
        text.encode()
        return ["s", text]
    except UnicodeEncodeError:
        return ["S", text.encode("utf-8", "surrogatepass").hex()]


def constant(value):
    if value is None:
        return ["n"]
    if value is Ellipsis:
        return ["e"]
    match value:
        case bool():
            return ["b", int(value)]
        case int():
            return ["i", format(value, "x")]
        case float():
            return ["f", canonical_float(value)]
        case complex():
            return ["c", canonical_float(value.real), canonical_float(value.imag)]
        case str():
            return canonical_text(value)
        case bytes():
            return ["y", value.hex()]
        case tuple():
            return ["t", [constant(item) for item in value]]
        case frozenset():
            items = [constant(item) for item in value]
            return ["z", sorted(items, key=lambda item: json.dumps(item, ensure_ascii=False, separators=(",", ":")))]
        case slice():
            return ["l", [constant(item) for item in (value.start, value.stop, value.step)]]
        case CODE():
            return ["o", code_object(value)]
    raise TypeError(type(value))


def code_object(code):
    return {
        "name": code.co_name,
        "qualname": code.co_qualname,
        "argcount": code.co_argcount,
        "posonlyargcount": code.co_posonlyargcount,
        "kwonlyargcount": code.co_kwonlyargcount,
        "nlocals": code.co_nlocals,
        "stacksize": code.co_stacksize,
        "flags": code.co_flags,
        "firstlineno": code.co_firstlineno,
        "code": code.co_code.hex(),
        "consts": [constant(value) for value in code.co_consts],
        "names": list(code.co_names),
        "varnames": list(code.co_varnames),
        "cellvars": list(code.co_cellvars),
        "freevars": list(code.co_freevars),
        "linetable": code.co_linetable.hex(),
        "exceptiontable": code.co_exceptiontable.hex(),
    }


def expected(mode, source, flags, optimize):
    outcome = {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            code = compile(source, "<case>", mode, flags, dont_inherit=True, optimize=optimize)
            outcome["code"] = code_object(code)
        except SyntaxError as error:
            outcome["error"] = {
                "type": type(error).__name__,
                "msg": canonical_text(error.msg),
                "lineno": error.lineno,
                "offset": error.offset,
                "end_lineno": error.end_lineno,
                "end_offset": error.end_offset,
                "text": None if error.text is None else canonical_text(error.text),
            }
        except (ValueError, OverflowError, RecursionError, MemoryError) as error:
            outcome["error"] = {"type": type(error).__name__, "msg": canonical_text(str(error))}
    outcome["warnings"] = [
        [warning.category.__name__, warning.lineno, canonical_text(str(warning.message))] for warning in caught
    ]
    return outcome


def without_internals(code):
    """What only marshal shows goes."""
    code.pop("localsplusnames")
    code.pop("localspluskinds")
    for tag, *rest in code["consts"]:
        if tag == "o":
            without_internals(rest[0])
    return code


def library():
    root = os.path.dirname(os.__file__)
    files = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", "site-packages", "dist-packages"))
        files += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py") and not os.path.islink(os.path.join(folder, name))]
    return files


def piece(chance, lines):
    """Some lines that begin with a statement."""
    for _ in range(100):
        start = chance.randrange(len(lines))
        if lines[start].strip() and not lines[start].lstrip().startswith(("#", ")", "]", "}")):
            break
    count = chance.choice((1, 1, 1, 2, 3, 5, 8, 13, 30))
    return textwrap.dedent("\n".join(lines[start : start + count])).rstrip() + "\n"


def changed(chance, source):
    tokens = re.findall(r"\w+|[ \t]+|\n|[^\w\s]", source)
    if not tokens:
        return source
    for _ in range(chance.choice((1, 1, 1, 1, 2, 3))):
        at = chance.randrange(len(tokens))
        match chance.randrange(7):
            case 0 | 1 if len(tokens) > 1:
                del tokens[at]
            case 2:
                tokens.insert(at, chance.choice(PIECES))
            case 3:
                tokens[at] = chance.choice(PIECES)
            case 5:
                opening, closing = chance.choice(("()", "[]", "{}", ("(", ",)"), ("*", ""), ("**", ""), ("(*", ")"), ("await ", "")))
                tokens[at] = opening + tokens[at] + closing
            case 4:
                other = chance.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case _:
                tokens.insert(at, tokens[chance.randrange(len(tokens))])
    return "".join(tokens)


def cases(count, seed):
    chance = random.Random(seed)
    files = library()
    while count:
        if chance.random() < 0.4:
            for _ in range(min(10, count)):
                source = made_up.program(chance)
                if chance.random() < 0.5:
                    source = changed(chance, source)
                yield "exec", source, 0, chance.choice((0, 0, 0, 1, 2))
                count -= 1
            continue
        path = chance.choice(files)
        with open(path, "rb") as file:
            try:
                lines = file.read().decode().splitlines()
            except UnicodeDecodeError:
                continue
        if not lines:
            continue
        for _ in range(min(10, count)):
            source = piece(chance, lines)
            if chance.random() < 0.9:
                source = changed(chance, source)
            mode = chance.choices(("exec", "single", "eval"), (90, 6, 4))[0]
            if mode != "exec" and chance.random() < 0.5:
                source = source.rstrip("\n")
            if "\0" not in source:
                flags = chance.choice(FLAGS) if chance.random() < 0.2 else 0
                yield mode, source, flags, chance.choice((0, 0, 0, 1, 2))
                count -= 1


def differences(wanted, found):
    out = []
    for key in ("error", "code", "warnings"):
        ours, theirs = found.get(key), wanted.get(key)
        if ours == theirs:
            continue
        if isinstance(ours, dict) and isinstance(theirs, dict):
            inner = [name for name in theirs if ours.get(name) != theirs[name]]
            out += [f"{key}.{name}: {theirs[name]!r:.300} here {ours.get(name)!r:.300}" for name in inner]
        else:
            out.append(f"{key}: {theirs!r:.300} here {ours!r:.300}")
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--save", help="write the differing cases here, a JSON list a line")
    options = parser.parse_args()
    all_cases = list(cases(options.cases, options.seed))
    text = "".join(json.dumps(case) + "\n" for case in all_cases)
    run = subprocess.run([options.program], input=text.encode(), stdout=subprocess.PIPE, check=True)
    answers = run.stdout.decode().split("\n")
    saved = open(options.save, "w") if options.save else None
    failing = differing = wrong_errors = 0
    for (mode, source, flags, optimize), answer in zip(all_cases, answers):
        wanted, found = expected(mode, source, flags, optimize), json.loads(answer)
        if "code" in found:
            without_internals(found["code"])
        found = json.loads(json.dumps(found))
        wanted = json.loads(json.dumps(wanted))
        failing += "error" in wanted
        if "error" in found and "lineno" not in wanted.get("error", {"lineno": 0}):
            found["error"] = {key: found["error"][key] for key in ("type", "msg")}
        out = differences(wanted, found)
        if not out:
            continue
        differing += 1
        wrong_errors += "error" in wanted
        if differing <= options.show:
            print(f"{mode} flags={flags:#x} optimize={optimize} {source!r}")
            for line in out:
                print("   ", line)
        if saved:
            saved.write(json.dumps([mode, source, flags, optimize]) + "\n")
    print(f"{len(all_cases)} cases, {failing} do not compile; {differing} differ, {wrong_errors} of those that do not compile")
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
