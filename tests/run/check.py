"""Checks the expectations of tests/run with the Python that runs this: python3.14 tests/run/check.py [part of a path]."""

import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).parent
wrong = 0
for path in sorted(root.rglob("*.py")):
    if path.name == "check.py" or (len(sys.argv) > 1 and sys.argv[1] not in str(path)):
        continue
    lines = path.read_text().splitlines()
    expected = [line.split("# expect: ", 1)[1].rstrip() for line in lines if "# expect: " in line]
    error = [line.split("# error: ", 1)[1].rstrip() for line in lines if "# error: " in line]
    done = subprocess.run([sys.executable, path], capture_output=True, text=True)
    raised = done.stderr.splitlines()[-1:] if done.returncode else []
    if done.stdout.splitlines() != expected or raised != error:
        wrong += 1
        print(path, "\n  printed ", done.stdout.splitlines(), raised, "\n  expected", expected, error)
sys.exit(wrong)
