# A collection moves its survivors one generation on and counts for the next one.
import gc
gc.collect()
gc.disable()
kept = []
gc.collect(0)
print(gc.get_count()[1:])                                   # expect: (1, 0)
print(any(o is kept for o in gc.get_objects(1)))            # expect: True
gc.collect(1)
print(gc.get_count()[1:])                                   # expect: (0, 1)
print(any(o is kept for o in gc.get_objects(2)))            # expect: True
gc.collect(2)
print(gc.get_count()[1:])                                   # expect: (0, 0)
print([row['collections'] > 0 for row in gc.get_stats()])   # expect: [True, True, True]
