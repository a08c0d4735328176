"""Adds Taipan's own docstrings to lsp/data/native.json, the table that `make_builtins.py` makes.

Run with Taipan from the repository's root; names that Taipan does not have stay without a docstring:

    taipan lsp/scripts/add_docs.py lsp/data/native.json
"""
import importlib
import json
import sys

LONGEST = 1500


def clean(doc):
    """The text without the indentation of its lines."""
    if not isinstance(doc, str):
        return None
    first, *rest = doc.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    lines = [first.strip(), *(line[margin:].rstrip() for line in rest)]
    return "\n".join(lines).strip()[:LONGEST] or None


def add(entry, value):
    """Add the docstring of a value, and those of a class's members."""
    entry.pop("d", None)
    if value is not None and entry["k"] != "value" and (doc := clean(getattr(value, "__doc__", None))):
        entry["d"] = doc
    for name, member in entry.get("m", {}).items():
        if not name.startswith("__") and isinstance(value, type) and name in vars(value):
            add(member, vars(value)[name])
        else:
            member.pop("d", None)


def main():
    path = sys.argv[1]
    with open(path, encoding="utf-8") as file:
        table = json.load(file)
    for name, entry in table["modules"].items():
        entry.pop("d", None)
        try:
            module = importlib.import_module(name)
        except ImportError:
            module = None
        if module is not None and (doc := clean(module.__doc__)):
            entry["d"] = doc
        for attribute, member in entry["m"].items():
            add(member, getattr(module, attribute, None))
    with open(path, "w", encoding="utf-8") as file:
        json.dump(table, file, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        file.write("\n")


main()
