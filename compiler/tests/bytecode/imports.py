# Imports of all shapes.
import a
import a.b
import a.b.c as d
import a as b, c
from a import b, c as d
from . import e
from ..f.g import h
def f():
    import os.path
    from os import path as p
    return os, p
