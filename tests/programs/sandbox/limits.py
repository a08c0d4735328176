# Who exceeds a limit of the sandbox is stopped, whatever it catches.
import os
import subprocess
import sys
import tempfile
import time

folder = tempfile.mkdtemp()
script = os.path.join(folder, "script.py")


def run(code, *options):
    with open(script, "w") as file:
        file.write(code)
    command = [sys.executable, "--sandbox", *options, script]
    start = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True)
    if time.monotonic() - start > 20:
        return "late"
    last = result.stderr.replace(sys.executable, "taipan").splitlines()[-1:]
    return result.returncode, result.stdout[:20] + "".join(last)


SWALLOW = """
while True:
    try:
        {}
    except BaseException:
        pass
    finally:
        print
"""
print(run(SWALLOW.format("pass"), "--time=0.5"))
print(run("print(1)\nimport time\n" + SWALLOW.format("time.sleep(1000)"), "--time=0.5"))
print(run("import threading\nthreading.Event().wait()", "--time=0.5"))
print(run("import threading\nfor _ in range(3): threading.Thread(target=threading.Event().wait).start()", "--time=0.5"))
print(run("sum(range(10**15))", "--time=0.5"))
print(run(SWALLOW.format("x = [x] * 1000" if False else "x.append('y' * 1000 + str(len(x)))").replace("while", "x = []\nwhile", 1), "--memory=100M"))
print(run("x = list(iter(int, 1))", "--memory=100M"))
print(run("try:\n    'a' * 10**12\nexcept MemoryError:\n    print('no room')", "--memory=100M"))
print(run("try:\n    [0] * 10**9\nexcept MemoryError:\n    print('no room')", "--memory=100M"))
print(run("try:\n    10**10**10\nexcept MemoryError:\n    print('no room')", "--memory=100M"))
print(run("try:\n    1 << 10**11\nexcept MemoryError:\n    print('no room')", "--memory=100M"))
print(run(SWALLOW.format("print('y' * 1000)"), "--output=10K")[0])
print(run("print('y' * 100)\nprint('z' * 100)", "--output=150"))
print(run("for i in range(1000): pass\nprint(i)\n" + SWALLOW.format("i"), "--fuel", "100000"))
print(run("def f(n): return n and f(n - 1)\nf(90)\ntry:\n    f(200)\nexcept RecursionError:\n    print('too deep')", "--recursion", "100"))
print(run("import sys; sys.setrecursionlimit(5000)", "--recursion", "100"))
print(run("print('fine')"))
print(run("import sys; sys.exit(3)"))
print(run("", "--time", "soon"))
print(run("", "--memory"))
