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
print(run(SWALLOW.format("pass"), "--time=0.5"))  # expect: (124, 'taipan: stopped: the limit of time is exceeded')
print(run("print(1)\nimport time\n" + SWALLOW.format("time.sleep(1000)"), "--time=0.5"))  # expect: (124, '1\\ntaipan: stopped: the limit of time is exceeded')
print(run("import threading\nthreading.Event().wait()", "--time=0.5"))  # expect: (124, 'taipan: stopped: the limit of time is exceeded')
print(run("import threading\nfor _ in range(3): threading.Thread(target=threading.Event().wait).start()", "--time=0.5"))  # expect: (124, 'taipan: stopped: the limit of time is exceeded')
print(run("sum(range(10**15))", "--time=0.5"))  # expect: (124, 'taipan: stopped: the limit of time is exceeded')
print(run(SWALLOW.format("x.append('y' * 1000 + str(len(x)))").replace("while", "x = []\nwhile", 1), "--memory=100M"))  # expect: (124, 'taipan: stopped: the limit of memory is exceeded')
print(run("x = list(iter(int, 1))", "--memory=100M"))  # expect: (124, 'taipan: stopped: the limit of memory is exceeded')
print(run("try:\n    'a' * 10**12\nexcept MemoryError:\n    print('no room')", "--memory=100M"))  # expect: (0, 'no room\\n')
print(run("try:\n    [0] * 10**9\nexcept MemoryError:\n    print('no room')", "--memory=100M"))  # expect: (0, 'no room\\n')
print(run("try:\n    10**10**10\nexcept MemoryError:\n    print('no room')", "--memory=100M"))  # expect: (0, 'no room\\n')
print(run("try:\n    1 << 10**11\nexcept MemoryError:\n    print('no room')", "--memory=100M"))  # expect: (0, 'no room\\n')
print(run(SWALLOW.format("print('y' * 1000)"), "--output=10K")[0])  # expect: 124
print(run("print('y' * 100)\nprint('z' * 100)", "--output=150"))  # expect: (124, 'taipan: stopped: the limit of output is exceeded')
print(run("for i in range(1000): pass\nprint(i)\n" + SWALLOW.format("i"), "--fuel", "100000"))  # expect: (124, '999\\ntaipan: stopped: the limit of fuel is exceeded')
print(run("def f(n): return n and f(n - 1)\nf(90)\ntry:\n    f(200)\nexcept RecursionError:\n    print('too deep')", "--recursion", "100"))  # expect: (0, 'too deep\\n')
print(run("import sys; sys.setrecursionlimit(5000)", "--recursion", "100"))  # expect: (1, 'ValueError: the recursion limit can be 100 at most here')
print(run("print('fine')"))  # expect: (0, 'fine\\n')
print(run("import sys; sys.exit(3)"))  # expect: (3, '')
print(run("", "--time", "soon")[0])  # expect: 2
print(run("", "--memory")[0])  # expect: 2
