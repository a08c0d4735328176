# Properties read in a warm loop: the getter may change, raise, take no part in subclasses.
class P:
    def __init__(self, v):
        self._v = v
    @property
    def v(self):
        return self._v

def read(o):
    return o.v

p = P(3)
for _ in range(50):
    assert read(p) == 3
P.v = property(lambda self: self._v * 2)
print(read(p))                  # expect: 6
P.v = 'plain'
print(read(p))                  # expect: plain

def boom(self):
    raise ValueError('from the getter')
P.v = property(boom)
for _ in range(50):
    try:
        read(p)
    except ValueError as error:
        last = error
print(last, last.__traceback__.tb_next.tb_next.tb_frame.f_code.co_name)     # expect: from the getter boom

class Q(P):
    v = property(lambda self, extra=1: ('default', extra))
q = Q(1)
for _ in range(50):
    assert read(q) == ('default', 1)
print(read(q))                  # expect: ('default', 1)
