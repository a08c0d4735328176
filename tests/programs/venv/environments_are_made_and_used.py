# An environment without pip: its program knows that it is in one, and finds what is installed there.
import json
import os
import subprocess
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    folder = os.path.realpath(folder)
    home = os.path.join(folder, "env")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--symlinks", home], check=True)
    print(sorted(name for name in os.listdir(home + "/bin") if name.startswith(("act", "Act", "python"))))  # expect: ['Activate.ps1', 'activate', 'activate.csh', 'activate.fish', 'python', 'python3', 'python3.14']
    with open(home + "/pyvenv.cfg") as file:
        print([line.partition(" = ")[0] for line in file])  # expect: ['home', 'include-system-site-packages', 'version', 'executable', 'command']
    packages = home + "/lib/python3.14/site-packages"
    with open(packages + "/installed.py", "w") as file:
        file.write("name = 'installed'")
    code = """if 1:
        import installed, json, sys
        print(json.dumps([sys.prefix, sys.exec_prefix, sys.base_prefix, sys.executable, installed.name, sys.path[-1]]))
    """
    python = home + "/bin/python"
    out = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, check=True).stdout
    prefix, exec_prefix, base, executable, name, last = json.loads(out)
    print(prefix == exec_prefix == home, base == sys.base_prefix, executable == python, name, last == packages)  # expect: True True True installed True
    out = subprocess.run(["sh", "-c", f". {home}/bin/activate; python -c 'import sys; print(sys.prefix)'"],
                         stdout=subprocess.PIPE).stdout
    print(out.decode().strip() == home)  # expect: True
