"""Writes the goldens of the diagnostics tests: what CPython says about each source. Run by CPython 3.14.

    python3.14 xtask/scripts/diagnostics_golden.py compiler/tests/diagnostics

A `.cases` file holds sources with lines `====` between them; the golden tells warnings and error of each.
"""

import json
import pathlib
import sys
import warnings

assert sys.version_info[:2] == (3, 14), "needs CPython 3.14"


def describe(source):
    lines = []
    error = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, "<string>", "exec", dont_inherit=True, optimize=0)
        except SyntaxError as caught_error:
            error = caught_error
    for warning in caught:
        lines.append(f"  warning line {warning.lineno}: {warning.message}")
    if error is None:
        lines.append("  ok")
    else:
        lines.append(f"  {type(error).__name__}: {error.msg}")
        lines.append(f"  at {error.lineno}:{error.offset} to {error.end_lineno}:{error.end_offset}")
        if error.text is not None:
            lines.append(f"  text {json.dumps(error.text, ensure_ascii=False)}")
    return lines


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.cases")):
    out = []
    for number, source in enumerate(path.read_text(encoding="utf-8").split("====\n"), 1):
        out.append(f"case {number}: {json.dumps(source, ensure_ascii=False)}")
        out += describe(source)
    path.with_suffix(".golden").write_text("\n".join(out) + "\n", encoding="utf-8")
