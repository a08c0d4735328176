"""Makes lsp/data/native.json: names, signatures and return types of CPython's built-in modules.

Run with CPython 3.14 from the repository's root, and after it with Taipan, whose own docstrings go into the table:

    python3.14 lsp/scripts/make_builtins.py lsp/data/native.json
    taipan lsp/scripts/add_docs.py lsp/data/native.json

The language server reads the table for what has no Python source: `builtins` and the modules written in C. Return
types are found by calling methods on sample values, so that only what really came back is written down.
"""
import importlib
import inspect
import json
import sys
import types

MODULES = sorted(
    set(sys.builtin_module_names)
    | {
        "math", "cmath", "array", "binascii", "fcntl", "grp", "mmap", "pyexpat", "readline", "resource", "select",
        "syslog", "termios", "unicodedata", "zlib", "_bisect", "_heapq", "_json", "_random", "_socket", "_struct",
        "_datetime", "_decimal", "_csv", "_pickle", "_queue", "_zoneinfo", "_statistics", "_asyncio", "_contextvars",
        "_hashlib", "_sqlite3", "_ssl", "_bz2", "_lzma", "_elementtree", "_uuid", "_ctypes", "_struct",
    }
)
SAMPLES = [
    "ab", b"ab", bytearray(b"ab"), 5, 2.5, 1j, True, [1, 2], (1, 2), {1: 2}, {1, 2}, frozenset({1}), range(3),
    slice(1), memoryview(b"ab"),
]
CALLS = [(), (1,), ("a",), (b"a",), ([],), (["a"],), ([b"a"],), ("a", "b"), (b"a", b"b"), (1, 2), (lambda x: x, [1])]
IN_PLACE = {"clear", "pop", "popitem", "remove", "release", "exec", "input", "open", "exit", "quit", "breakpoint", "help",
            "copyright", "credits", "license", "print", "eval", "compile", "__import__", "globals", "vars", "locals",
            "next", "max", "min", "abs", "pow", "round", "sum", "divmod", "getattr", "setattr", "delattr", "iter", "anext", "aiter", "get", "setdefault", "__getitem__"}


def signature(obj):
    try:
        return str(inspect.signature(obj))
    except Exception:  # a broken __text_signature__ raises anything
        text = getattr(obj, "__text_signature__", None)
        return text if isinstance(text, str) else None


def returned(call, makers):
    """The one type name that all successful sample calls agree on."""
    found = set()
    for args in makers:
        try:
            found.add(type(call(*args)).__name__)
        except BaseException:
            continue
    return found.pop() if len(found) == 1 and found != {"NotImplementedType"} else None


def fresh(value):
    return type(value)(value) if isinstance(value, (list, dict, set, bytearray)) else value


def member(name, obj, owner=None):
    entry = {}
    sig = signature(obj)
    if isinstance(obj, type):
        entry["k"] = "class"
    elif callable(obj):
        entry["k"] = "method" if owner else "function"
    elif isinstance(obj, types.ModuleType):
        entry["k"] = "module"
    elif owner and inspect.isdatadescriptor(obj):
        entry["k"] = "property"
    else:
        entry["k"] = "value"
        entry["t"] = type(obj).__name__
        if isinstance(obj, (int, float, str, bool, bytes, type(None))) and len(repr(obj)) <= 60:
            entry["v"] = repr(obj)
    if sig and callable(obj):
        entry["s"] = sig
    return entry


def klass(cls):
    entry = member(cls.__name__, cls)
    bases = [b.__name__ for b in cls.__mro__[1:] if b is not object]
    if bases:
        entry["b"] = bases
    samples = [s for s in SAMPLES if type(s) is cls]
    out = {}
    for name in sorted(vars(cls)):
        if name in ("__doc__", "__module__", "__dict__", "__weakref__"):
            continue
        one = member(name, inspect.getattr_static(cls, name), cls)
        if isinstance(inspect.getattr_static(cls, name), (classmethod, staticmethod)) or one["k"] == "value" and callable(
            getattr(cls, name, None)
        ):
            one = member(name, getattr(cls, name), cls) | {"k": "method"}
        if samples and name not in IN_PLACE and not name.startswith("__"):
            kind = returned(lambda *a: getattr(fresh(samples[0]), name)(*a), CALLS) if one["k"] == "method" else (
                type(getattr(samples[0], name)).__name__
            )
            if kind:
                one["r"] = kind
        out[name] = one
    entry["m"] = out
    return entry


def module(name):
    try:
        mod = importlib.import_module(name)
    except ImportError:
        return None
    out = {}
    for attr in sorted(vars(mod)):
        if attr in ("__builtins__", "__loader__", "__spec__", "__doc__", "__name__", "__package__", "__file__", "_"):
            continue
        value = getattr(mod, attr)
        if isinstance(value, type):
            out[attr] = klass(value) if value.__name__ == attr else {"k": "class", "s": signature(value), "a": value.__name__}
        else:
            out[attr] = member(attr, value)
            if name in ("builtins", "math") and out[attr]["k"] == "function" and attr not in IN_PLACE:
                kind = returned(value, CALLS)
                if kind:
                    out[attr]["r"] = kind
    return {"m": out}


def main():
    table = {"python": sys.version.split()[0], "modules": {}}
    for name in MODULES:
        if not name.startswith("_test") and name not in ("antigravity", "xxsubtype"):
            found = module(name)
            if found:
                table["modules"][name] = found
    # What every module has.
    table["modules"]["builtins"]["m"]["__file__"] = {"k": "value", "t": "str"}
    table["modules"]["builtins"]["m"]["__doc__"] = {"k": "value", "t": "str"}
    table["modules"]["builtins"]["m"]["__name__"] = {"k": "value", "t": "str"}
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        json.dump(table, out, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        out.write("\n")


main()
