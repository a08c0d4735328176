# Within a compilation, equal constants, names and tables of code objects are one object; those of two compilations are not.
source = '''
def f(): return ("not a name", 2.5e-320, (b"xyz", 10**30, 1j))
def g(): return ("not a name", 2.5e-320, (b"xyz", 10**30, 1j))
h = lambda x: x.y.z
i = lambda a: a.b.c
j, k = lambda: "not a name", lambda: ("not a name",)
m, n = lambda x: x in {"not a name", 0}, lambda x: x in {"not a name", 0}
'''
first, second = {}, {}
exec(source, first)
exec(source, second)
f, g, h, i, j, k, m, n = (first[name] for name in "fghijkmn")

print(all(a is b for a, b in zip(f(), g())), f() is g(), f()[2][1] is g()[2][1])  # expect: True True True
print(f() is second["f"](), f() == second["f"]())  # expect: False True
print(f.__code__.co_consts is g.__code__.co_consts, m.__code__.co_consts is n.__code__.co_consts)  # expect: True True
print(h.__code__.co_linetable is i.__code__.co_linetable)  # expect: True
print(f.__code__.co_exceptiontable is g.__code__.co_exceptiontable)  # expect: True
print(j() is k()[0], j() is f()[0])  # expect: True True
print(m.__code__.co_varnames == h.__code__.co_varnames, h.__code__.co_names is h.__code__.co_names)  # expect: True True
print(*(getattr(f.__code__, name) is getattr(f.__code__, name) for name in ("co_code", "co_consts", "co_varnames", "co_freevars")))  # expect: True True True True

import sys
print(sys._is_interned(compile("'a_name'", "", "eval").co_consts[0]))  # expect: True
print([sys._is_interned(constant) for constant in compile("'no name', 'nul\\0', f()", "", "eval").co_consts])  # expect: [False, False]

# Types and signs keep constants apart.
values = [lambda: (0.0, 1), lambda: (-0.0, 1), lambda: (0, 1), lambda: (0.0, True)]
print([value() for value in values])  # expect: [(0.0, 1), (-0.0, 1), (0, 1), (0.0, True)]
