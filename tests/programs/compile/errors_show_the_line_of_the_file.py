# An error of a later stage shows its line as the file has it, in the file's encoding.
import os
import tempfile


def show(content, line):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'f.py')
        with open(path, 'wb') as file:
            file.write(content)
        try:
            compile('\n' * (line - 1) + 'return 1', path, 'exec')
        except SyntaxError as error:
            print(ascii(error.text))  # expect: 'return "\\xe4"' | 'return "\\u20ac"\\n' | 'return "\\u30bd"' | 'return "\\ufffd"' | 'return "\\ufffd"' | None


show(b'# coding: latin1\nreturn "\xe4"', 2)
show(b'# coding: cp1252\rx\r\nreturn "\x80"\n', 3)
show(b'# coding: shift_jis\nreturn "\x83\x5c"', 2)
show(b'\xef\xbb\xbf# coding: cp1252\nreturn "\x80"', 2)
show(b'# coding: foo\nreturn "\x80"', 2)
show(b'x\n', 2)
