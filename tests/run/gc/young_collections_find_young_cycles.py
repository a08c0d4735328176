# A young collection finds cycles among the objects made since the last one, and lets those die that only they held.
import gc
class Node:
    pass
died = []
class Tail:
    def __del__(self):
        died.append(1)
old = [Node() for _ in range(5000)]
gc.collect()
gc.disable()
for _ in range(3000):
    node = Node()
    node.me = node
    node.tail = Tail()
del node
print(len(died))            # expect: 0
gc.collect(0)
print(len(died))            # expect: 3000
node = Node()
node.me = node
node.tail = Tail()
gc.collect(0)
del node
gc.collect(0)
print(len(died))            # expect: 3000
gc.collect(1)
print(len(died))            # expect: 3001
