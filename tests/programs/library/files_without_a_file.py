# The lines of the library can be read by the name of a file, whether there is one or not.
import linecache
import os
import tokenize

path = os.__file__
print(linecache.getline(path, 1))  # expect: r"""OS routines for NT or Posix depending on what system we're on.
print(linecache.getlines('<frozen os>', {'__file__': path})[:1])  # expect: ['r"""OS routines for NT or Posix depending on what system we\\'re on.\\n']
with tokenize.open(path) as file:
    print(file.readline(), file.encoding, file.mode)  # expect: r"""OS routines for NT or Posix depending on what system we're on.\n utf-8 r
print(linecache.getlines(path + '.missing'))  # expect: []
