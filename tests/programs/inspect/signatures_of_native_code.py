# Signatures that native code tells of itself.
import inspect
import time
import types
import typing
import weakref
from itertools import zip_longest

for function in (
    bytes.maketrans, zip_longest, time.struct_time.__reduce__, types.ModuleType.__dir__,
    types.GenericAlias.__mro_entries__, typing.Union.__class_getitem__, weakref.ref.__class_getitem__,
    weakref.ProxyType.__reversed__, classmethod.__class_getitem__, types.CodeType._varname_from_oparg,
):
    print(inspect.signature(function))  # expect: (frm, to, /) | (*iterables, fillvalue=None) | (self, /) | (self, /) | (self, object, /) | (object, /) | (object, /) | (self, /) | (object, /) | (self, /, oparg)
print(str.maketrans.__text_signature__)  # expect: (x, y=<unrepresentable>, z=<unrepresentable>, /)
print(inspect.isbuiltin(frozenset().__contains__))  # expect: True
