import os, subprocess, sys, symtable, tempfile
def run(source):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'program.py')
        with open(path, 'wb') as file:
            file.write(source)
        done = subprocess.run([sys.executable, '-I', path], capture_output=True, encoding='utf-8',
                              env={'PYTHONIOENCODING': 'utf-8', 'PYTHONUTF8': '1'})
        return (done.stdout or done.stderr.replace(path, 'FILE')).splitlines()[-1]
print(run(b'#coding: iso8859-15\nprint(ascii("\xa4"))'))  # expect: '\\u20ac'
print(run(b'#!/usr/bin/python\n#coding: cp1252\nprint(ascii("\x80"))'))  # expect: '\\u20ac'
print(run(b'a\0b'))  # expect: SyntaxError: source code cannot contain null bytes
print(run(b'\x89')[:61])  # expect: SyntaxError: Non-UTF-8 code starting with '\\x89' in file FILE
print(symtable.symtable(b'#coding: iso8859-15\nclass \xa8:\n    pass\n', '?', 'exec').get_children()[0].get_name())  # expect: š
