# The prompt of an interpreter on a pipe is there before the answer.
import subprocess
import sys

child = subprocess.Popen([sys.executable, "-E", "-i", "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
print(child.stdout.read(4))  # expect: b'>>> '
child.stdin.write(b"1/0\n")
child.stdin.flush()
for _ in range(5):
    print(child.stdout.readline().decode().rstrip())  # expect: Traceback (most recent call last): |   File "<stdin>", line 1, in <module> |     1/0 |     ~^~ | ZeroDivisionError: division by zero
print(child.stdout.read(4))  # expect: b'>>> '
out, _ = child.communicate(b"exit(3)\n")
print(out, child.returncode)  # expect: b'' 3
