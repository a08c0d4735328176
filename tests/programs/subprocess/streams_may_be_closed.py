# A program that is started without a standard stream has None in its place.
import os
import subprocess
import sys

code = "import os, sys; os._exit(sum(1 << i for i, s in enumerate((sys.stdin, sys.stdout, sys.stderr)) if s is None))"


def status(*closed):
    def close():
        for fd in closed:
            os.close(fd)

    return subprocess.run([sys.executable, "-c", code], preexec_fn=close).returncode


print(status(), status(0), status(1), status(2), status(0, 1, 2))  # expect: 0 1 2 4 7
