# Each protocol writes the very bytes that CPython writes.
import collections, hashlib, pickle
class Thing:
    def __init__(self): self.x, self.y = 1, [self]
class Slots:
    __slots__ = ('a',)
    def __getstate__(self): return None, {'a': self.a}
    def __eq__(self, other): return self.a == other.a
    def __hash__(self): return 1
Point = collections.namedtuple('Point', 'x y')
shared = ['a', 'b']
slots = Slots()
slots.a = 5
data = [None, True, 0, 255, 256, 65536, -1, 2**31, -2**40, 10**30, 1.5, 'text', 'é\n\\', b'', b'ab', bytearray(b'xy'),
        (), (1,), (1, 2, 3, 4), shared, shared, {'k': {1}}, frozenset([2]), len, Thing, Point(1, 2), slots,
        collections.OrderedDict(a=1), range(3), 2j, int, type(None), list(range(1001)), 'x' * 70000]
def show(protocol):
    packed = pickle.dumps(data, protocol)
    print(protocol, len(packed), hashlib.sha256(packed).hexdigest()[:16], pickle.loads(packed) == data)
show(0)                                                       # error: PicklingError: Can't pickle <class '__main__.Thing'>: it's not found as __main__.Thing
show(1)
show(2)
show(3)
show(4)
show(5)
thing = Thing()
again = pickle.loads(pickle.dumps(thing))
print(again.y[0] is again, pickle.dumps(thing, 0))
loop = ([],)
loop[0].append(loop)
print(pickle.dumps(loop, 2), pickle.dumps(loop, 0))
