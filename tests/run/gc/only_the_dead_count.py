# What a finalizer revives was not collected; weak references to it are cleared all the same.
import gc
class A:
    def __init__(self):
        self.me = self
class Z(A):
    def __del__(self):
        revived.append(self)
revived = []
gc.collect()
gc.disable()
Z()
print(gc.collect(), len(revived))   # expect: 0 1
for _ in range(5):
    A()
Z()
print(gc.collect(), len(revived))   # expect: 5 2
print(gc.is_tracked(type), gc.is_tracked(A), gc.is_tracked(gc))   # expect: False True True
