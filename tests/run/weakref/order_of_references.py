# The plain weak reference and the plain proxy come first, then the newest.
import _weakref
class C:
    pass
class R(_weakref.ref):
    pass
c = C()
first = R(c)
plain = _weakref.ref(c)
second = R(c)
proxy = _weakref.proxy(c)
known = _weakref.getweakrefs(c)
print(known[0] is plain, known[1] is proxy, known[2] is second, known[3] is first)     # expect: True True True True
