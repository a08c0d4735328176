# In the sandbox nothing of the outside is read but the program's folder, and nothing gets out.
import os
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()
outside = tempfile.mkdtemp()
secret = os.path.join(outside, "secret")
with open(secret, "w") as file:
    file.write("secret")


def run(code):
    script = os.path.join(folder, "script.py")
    with open(script, "w") as file:
        file.write(code)
    result = subprocess.run([sys.executable, "--sandbox", script], capture_output=True, text=True)
    last = result.stderr.splitlines()[-1:]
    return result.returncode, result.stdout + "".join(last).replace(outside, "OUTSIDE").replace(folder, "FOLDER")


print(run("print(len(open(__file__).read()))"))  # expect: (0, '33\\n')
print(run(f"open({secret!r})"))  # expect: (1, "FileNotFoundError: [Errno 2] No such file or directory: 'OUTSIDE/secret'")
print(run(f"import os; os.unlink({secret!r})"))  # expect: (1, "FileNotFoundError: [Errno 2] No such file or directory: 'OUTSIDE/secret'")
print(run(f"import os; print(os.listdir({outside!r}))"))  # expect: (1, "FileNotFoundError: [Errno 2] No such file or directory: 'OUTSIDE'")
print(run("open('new', 'w').write('x'); print(open('new').read())"), os.path.exists(os.path.join(folder, "new")))  # expect: (0, 'x\\n') False
print(run("import os; os.unlink(__file__)"), os.path.exists(os.path.join(folder, "script.py")))  # expect: (0, '') True
print(run("import socket; socket.create_connection(('127.0.0.1', 9))"))  # expect: (1, 'PermissionError: [Errno 1] Operation not permitted (the sandbox has no network)')
print(run("import subprocess; subprocess.run(['true'])"))  # expect: (1, 'PermissionError: [Errno 1] Operation not permitted (the sandbox has no other processes)')
print(run("import os; os.fork()"))  # expect: (1, 'PermissionError: [Errno 1] Operation not permitted (the sandbox has no other processes)')
print(run("import os; os.kill(1, 9)"))  # expect: (1, 'PermissionError: [Errno 1] Operation not permitted (the sandbox has no other processes)')
print(os.path.exists(secret))  # expect: True
