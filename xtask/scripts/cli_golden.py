"""Renews tests/cli/*.txt by CPython: each `$ ` line is a command line for the interpreter, what follows is what it prints.

`NAME=value` words before the arguments are environment variables; `< text` lines below the command are its standard
input, and ⏎ is a line end in an argument. `@ NAME` and the `|` lines below it are a file. `2> ` marks lines of standard error, `[exit N]`
an exit status other than 0. The path of the interpreter,
and its name in a usage line, is written as PYTHON, the folder that the command runs in as HERE, the library's folder as
LIBRARY, addresses as ADDRESS, the number of an object's owners as OWNERS. A signal that ended it is a negative status."""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


def run(words, stdin, files):
    variables = {}
    while words and re.match(r"[A-Z_0-9]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        variables[name] = value
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **variables}
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, *words], input=stdin, capture_output=True, text=True, cwd=folder,
                              env=environment)

    def clean(text):
        text = text.replace(f"usage: {os.path.basename(sys.executable)} ", "usage: PYTHON ")
        text = text.replace(os.path.dirname(os.__file__), "LIBRARY").replace(sys.executable, "PYTHON")
        text = re.sub("0x[0-9a-f]{6,}", "ADDRESS", text.replace(folder, "HERE"))
        return re.sub("(object refcount : )[0-9]+", r"\1OWNERS", text)
    lines = [line for line in clean(done.stdout).splitlines()]
    lines += [f"2> {line}" for line in clean(done.stderr).splitlines()]
    if done.returncode:
        lines.append(f"[exit {done.returncode}]")
    return lines


def renew(path):
    result, files, name = [], {}, None
    lines = path.read_text().splitlines()
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if line.startswith("$"):
            result.append(line)
            stdin = []
            while index < len(lines) and lines[index].startswith("<"):
                stdin.append(lines[index][2:])
                result.append(lines[index])
                index += 1
            text = "".join(f"{line}\n" for line in stdin)
            result += run([word.replace("⏎", "\n") for word in shlex.split(line[2:])], text, files)
            result.append("")
            while index < len(lines) and not lines[index].startswith(("$", "#", "@ ")):
                index += 1
        elif line.startswith("@ "):
            name = line[2:]
            files[name] = ""
            result.append(line)
        elif line.startswith("|"):
            files[name] += line[2:] + "\n"
            result.append(line)
        elif line.startswith("#"):
            result.append(line)
    path.write_text("\n".join(result).rstrip("\n") + "\n")


for path in sorted(pathlib.Path(sys.argv[1]).glob("*.txt")):
    renew(path)
