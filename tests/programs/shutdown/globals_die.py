# What a program leaves in its modules dies at its end: finalizers run, and files get what was written to them.
import os
import subprocess
import sys
import tempfile


def run(source, *args):
    command = [sys.executable, "-c", source, *args]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1], done.stderr.strip().split("\n")[-1], done.returncode


print(run("""  # expect: (['del plain True', 'del ring True'], '', 0)
class C:
    def __init__(self, name): self.name = name
    def __del__(self): print('del', self.name, C is not None)
a = C('plain')
ring = [C('ring')]
ring.append(ring)
"""))

print(run("""  # expect: (['generator ends'], '', 0)
def generator():
    try: yield
    finally: print('generator ends')
g = generator()
next(g)
"""))

print(run("""  # expect: (['sys.meta_path is None, Python is likely shutting down'], '', 0)
class C:
    def __del__(self):
        try:
            import json
        except ImportError as error:
            print(error)
c = C()
"""))

print(run("""  # expect: ([], 'ZeroDivisionError: division by zero', 0)
class C:
    def __del__(self): 1 / 0
c = C()
"""))

print(run("""  # expect: (['del'], '', 3)
import sys
class C:
    def __del__(self): print('del')
def fails():
    c = C()
    raise SystemExit(3)
fails()
"""))

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "text")
    print(run("import sys; f = open(sys.argv[1], 'w'); f.write('text')", path)[2])  # expect: 0
    with open(path) as file:
        print(file.read())  # expect: text
