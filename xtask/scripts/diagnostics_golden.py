"""Writes the goldens of the diagnostics tests: what CPython says about each source. Run by CPython 3.14.

    python3.14 xtask/scripts/diagnostics_golden.py compiler/tests/diagnostics

A `.cases` file holds sources with lines `====` between them; the golden tells warnings and error of each. Behind the
signs may stand a mode and the flags of `compile()`: `==== single 0x4000`. In a source `%{text*5}` is that text five times.
"""

import json
import pathlib
import re
import sys
import warnings

assert sys.version_info[:2] == (3, 14), "needs CPython 3.14"


def cases(text):
    """Mode, flags and source of each case."""
    mode, flags, lines = "exec", 0, []
    for number, line in enumerate(text.splitlines(keepends=True)):
        if not line.startswith("===="):
            lines.append(line)
            continue
        if number:
            yield mode, flags, "".join(lines)
        mode, flags = (line.split()[1:] + ["exec", "0"][len(line.split()) - 1 :])[:2]
        flags, lines = int(flags, 16), []
    yield mode, flags, "".join(lines)


def expanded(source):
    return re.sub(r"%\{(.*?)\*(\d+)\}", lambda found: found[1] * int(found[2]), source, flags=re.S)


def describe(source, mode, flags):
    lines = []
    error = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(expanded(source), "<string>", mode, flags, dont_inherit=True, optimize=0)
        except (SyntaxError, MemoryError) as caught_error:
            error = caught_error
    for warning in caught:
        lines.append(f"  warning line {warning.lineno}: {warning.message}")
    if error is None:
        lines.append("  ok")
    elif isinstance(error, MemoryError):
        lines.append(f"  MemoryError: {error}")
    else:
        lines.append(f"  {type(error).__name__}: {error.msg}")
        lines.append(f"  at {error.lineno}:{error.offset} to {error.end_lineno}:{error.end_offset}")
        if error.text is not None:
            lines.append(f"  text {json.dumps(error.text, ensure_ascii=False)}")
    return lines


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.cases")):
    out = []
    for number, (mode, flags, source) in enumerate(cases(path.read_text(encoding="utf-8")), 1):
        how = "" if (mode, flags) == ("exec", 0) else f" {mode} {flags:#x}"
        out.append(f"case {number}{how}: {json.dumps(source, ensure_ascii=False)}")
        out += describe(source, mode, flags)
    path.with_suffix(".golden").write_text("\n".join(out) + "\n", encoding="utf-8")
