# The collector's thresholds, flags, callbacks and garbage.
import gc


class A:
    pass


gc.collect()
print(gc.get_threshold(), gc.isenabled())  # expect: (2000, 10, 10) True
gc.disable()
print(gc.isenabled())  # expect: False
gc.enable()
a = A()
a.me = a
del a
print(gc.collect(), gc.collect())  # expect: 1 0
phases = []
gc.callbacks.append(lambda phase, info: phases.append((phase, info)))
a = A()
a.me = a
del a
gc.collect()
print(phases)  # expect: [('start', {'generation': 2, 'collected': 0, 'uncollectable': 0}), ('stop', {'generation': 2, 'collected': 1, 'uncollectable': 0})]
gc.callbacks.clear()
gc.set_debug(gc.DEBUG_SAVEALL)
a = []
a.append(a)
del a
print(gc.collect(), gc.garbage, gc.get_debug())  # expect: 1 [[[...]]] 32
gc.set_debug(0)
gc.garbage.clear()
print(gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked("a"), gc.is_tracked(()), gc.is_tracked(A))  # expect: True False False False True
inner = []
outer = [inner]
print(any(holder is outer for holder in gc.get_referrers(inner)), gc.get_referents(outer))  # expect: True [[]]
for call in [lambda: gc.collect(3), lambda: gc.set_threshold(), lambda: gc.get_objects(3), lambda: gc.get_objects("x")]:
    try:
        call()
    except (TypeError, ValueError) as error:
        print(error)  # expect: invalid generation | gc.set_threshold requires 1 to 3 arguments | generation parameter must be less than the number of available generations (3) | argument should be integer or None, not 'str'
