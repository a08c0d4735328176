"""Check test programs: scripts that say in comments what they print.

    python3.14 tests/programs/check.py FILE...            compare, with any Python
    python3.14 tests/programs/check.py --write FILE...    write the comments anew, with CPython

A test states one fact. `# expect: TEXT` stands at the `print` call that prints TEXT (several times: ` | ` between; line
breaks as \\n), `# error: Type: message` at the line whose exception ends the script.
"""

import io
import sys

MARKS = ("  # expect: ", "  # error: ")


def split(line):
    """Split a line into code and comment; the comment is "" if there is none."""
    for mark in MARKS:
        at = line.rfind(mark)
        if at >= 0:
            return line[:at], line[at:]
    return line, ""


def run(path, source):
    """Run a script; return what each line has to say."""
    printed = {}

    def record(*args, **kwargs):
        text = io.StringIO()
        kwargs["file"] = text
        print(*args, **kwargs)
        shown = text.getvalue().rstrip("\n").replace("\\", "\\\\").replace("\n", "\\n")
        printed.setdefault(sys._getframe(1).f_lineno, []).append(shown)

    comments = {}
    try:
        code = compile(source, path, "exec", dont_inherit=True)
        exec(code, {"__name__": "__main__", "print": record})
    except BaseException as error:
        frame = error.__traceback__.tb_next
        line = frame.tb_lineno if frame else error.lineno
        comments[line] = MARKS[1] + f"{type(error).__name__}: {error}".replace("\n", "\\n")
    for line, texts in printed.items():
        comments.setdefault(line, MARKS[0] + " | ".join(texts))
    return comments


def check(path, write):
    """Compare a test's comments with what it does; return the number of differences."""
    with open(path, encoding="utf-8") as file:
        lines = [split(line.rstrip("\n")) for line in file]
    comments = run(path, "\n".join(code for code, _ in lines) + "\n")
    if write:
        with open(path, "w", encoding="utf-8") as file:
            for number, (code, _) in enumerate(lines, 1):
                file.write((code + comments.get(number, "")).rstrip() + "\n")
        return 0
    differences = 0
    for number, (code, expected) in enumerate(lines, 1):
        found = comments.get(number, "").rstrip()
        if found != expected.rstrip():
            print(f"{path}:{number}: {code.strip()}\n    expected{expected}\n    found   {found}")
            differences += 1
    return differences


def main(arguments):
    write = arguments[:1] == ["--write"]
    paths = arguments[1:] if write else arguments
    failed = 0
    for path in paths:
        if check(path, write):
            failed += 1
    print(f"{len(paths) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
