"""Writes the serialised objects for the tests of `compiler/src/marshal`. Run by CPython 3.14.

    python3.14 xtask/scripts/marshal_golden.py compiler/tests/marshal
"""

import marshal
import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
# Read from text, so that the constants are not shared with this script's own code.
values = eval('(1, 1 << int("40"), -1 << int("70"), float("1.5"), complex("2j"), b"xyz", "a", "a b", "\\xe9\\u20ac", "\\ud800", '
              'None, ..., True, (), frozenset({300}), slice(1, None))')
(folder / "constants.bin").write_bytes(marshal.dumps(values))
# In a process of its own, as a .pyc file is written: nothing else refers to the code's parts.
program = ("import marshal, sys\nsource = open(sys.argv[1], 'rb').read()\n"
           "code = compile(source, 'module.py', 'exec', dont_inherit=True)\nsys.stdout.buffer.write(marshal.dumps(code))")
(folder / "module.bin").write_bytes(
    subprocess.run([sys.executable, "-c", program, folder / "module.py"], check=True, stdout=subprocess.PIPE).stdout)
