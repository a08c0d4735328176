# Functions whose globals are a subclass of dict ask its __missing__; code that runs in it by name does not.
import types

class Names(dict):
    def __missing__(self, key):
        return key.upper()

def f():
    return unknown

print(types.FunctionType(f.__code__, Names())())     # expect: UNKNOWN
try:
    exec('print(unknown)', Names(), {})
except NameError as error:
    print(error)                                     # expect: name 'unknown' is not defined
