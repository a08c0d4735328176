# The library is a folder that programs can read, whether it is on the disk or in the binary.
import json
import os

folder = os.path.dirname(json.__file__)
print(os.path.isfile(json.__file__), os.path.isdir(folder), os.path.exists(json.__file__ + 'x'))  # expect: True True False
with open(json.__file__, encoding='utf-8') as file:
    print(file.readline(), file.name == json.__file__)  # expect: r"""JSON (JavaScript Object Notation) <https://json.org> is a subset of\n True
print(os.path.getsize(json.__file__) == len(json.__loader__.get_data(json.__file__)))  # expect: True
print({'decoder.py', 'encoder.py', 'tool.py'} <= set(os.listdir(folder)))  # expect: True
print(sorted(entry.name for entry in os.scandir(folder) if entry.name.startswith('__') and entry.is_file()))  # expect: ['__init__.py', '__main__.py']
print(os.access(json.__file__, os.R_OK), os.access(folder, os.R_OK | os.X_OK))  # expect: True True
try:
    open(os.path.join(folder, 'missing', 'module.py'))
except OSError as error:
    print(type(error).__name__, error.strerror)  # expect: FileNotFoundError No such file or directory
print(os.path.realpath(json.__file__) == json.__file__)  # expect: True
