# What __fspath__ returns is looked at, and named in the message.
import os
class Path:
    def __fspath__(self):
        return 1
for call in (os.stat, os.listdir, os.open):
    try:
        call(Path(), 0) if call is os.open else call(Path())
    except TypeError as error:
        print(error)  # expect: expected Path.__fspath__() to return str or bytes, not int | expected Path.__fspath__() to return str or bytes, not int | expected Path.__fspath__() to return str or bytes, not int
# expect: expected Path.__fspath__() to return str or bytes, not int
# expect: expected Path.__fspath__() to return str or bytes, not int
# expect: expected Path.__fspath__() to return str or bytes, not int
print(os.makedev(-1, -1), os.makedev(1, 3))     # expect: -1 259
