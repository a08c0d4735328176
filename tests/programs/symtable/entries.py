# The compiler's scopes: names, kinds, symbols and children.
import _symtable


def show(entry, depth=0):
    print(" " * depth, entry.name, entry.type, entry.symbols, entry.varnames, entry.nested, entry.lineno)  # expect:  top 2 {'f': 4098, 'C': 4098} [] 0 0 |   __annotate__ 3 {'.format': 4116} ['.format'] 0 1 |   f 0 {'a': 4116, 'b': 4100, 'x': 20482} ['a', 'b'] 0 1 |    lambda 0 {'x': 16400} [] 1 3 |   C 5 {'.type_params': 20498, '.generic_base': 4114, 'T': 5122} [] 0 4 |    C 1 {'__type_params__': 4098, '.type_params': 16400, '_C__p': 4098, 'm': 4098} [] 1 4 |     __annotate__ 3 {'.format': 4116, '__classdict__': 16400} ['.format'] 1 6 |     m 0 {'self': 4116} ['self'] 1 6 |  top 2 {'y': 12304, 'x': 4626} [] 0 0
    for child in entry.children:
        show(child, depth + 1)


show(_symtable.symtable("def f(a, *b):\n  x = a\n  return lambda: x\nclass C[T]:\n  __p = 1\n  def m(self): return self.__p", "f", "exec"))
show(_symtable.symtable("[x for x in y]", "f", "eval"))
try:
    _symtable.symtable("x", "f", "foo")
except ValueError as error:
    print(error)  # expect: symtable() arg 3 must be 'exec' or 'eval' or 'single'
_symtable.symtable("global x\nx: int", "f", "exec")
