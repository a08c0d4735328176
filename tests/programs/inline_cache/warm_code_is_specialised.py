# The loops below run in the specialised forms of their instructions, not in the generic ones.
import dis

class P:
    def __init__(self):
        self.x = 1
    def m(self):
        return self.x
    @property
    def p(self):
        return self.x

class S:
    __slots__ = ('v',)

def work(p, s, items, n):
    total = 0
    for i in range(n):
        p.x = p.x + i
        s.v = i
        total += p.m() + p.p + s.v + items[0] + P.__hash__(p) * 0 + abs(i)
        if total > 1e9 or i == -1:
            items.append(P())
    for item in items:
        total += item
    return total

work(P(), S(), [1], 200)
names = {instruction.opname for instruction in dis.get_instructions(work, adaptive=True)}
wanted = '''LOAD_ATTR_INSTANCE_VALUE STORE_ATTR_INSTANCE_VALUE LOAD_ATTR_SLOT STORE_ATTR_SLOT LOAD_ATTR_METHOD_WITH_VALUES
LOAD_ATTR_PROPERTY BINARY_OP_SUBSCR_LIST_INT BINARY_OP_ADD_INT FOR_ITER_RANGE CALL_BUILTIN_O COMPARE_OP_INT
LOAD_GLOBAL_BUILTIN LOAD_GLOBAL_MODULE'''.split()
print([name for name in wanted if name not in names])  # expect: []
