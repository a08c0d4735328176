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
show(0)                                                       # expect: 0 76778 e720f092ea060293 True
show(1)                                                       # expect: 1 73481 13375c03542218b4 True
show(2)                                                       # expect: 2 73355 73e3bfcf397b2a74 True
show(3)                                                       # expect: 3 73255 94dd16a1fcc47952 True
show(4)                                                       # expect: 4 73145 90b7463fbcfd3a53 True
show(5)                                                       # expect: 5 73132 f5074458d439ac79 True
thing = Thing()
again = pickle.loads(pickle.dumps(thing))
print(again.y[0] is again, pickle.dumps(thing, 0))            # expect: True b'ccopy_reg\n_reconstructor\np0\n(c__main__\nThing\np1\nc__builtin__\nobject\np2\nNtp3\nRp4\n(dp5\nVx\np6\nI1\nsVy\np7\n(lp8\ng4\nasb.'
loop = ([],)
loop[0].append(loop)
print(pickle.dumps(loop, 2), pickle.dumps(loop, 0))           # expect: b'\x80\x02]q\x00h\x00\x85q\x01a0h\x01.' b'((lp0\n(g0\ntp1\na00g1\n.'
