# Collections start when more containers were made than the threshold says; every eleventh looks at the next generation.
import gc
print(gc.get_threshold())   # expect: (2000, 10, 10)
before = [row['collections'] for row in gc.get_stats()]
kept = [[] for _ in range(100_000)]
after = [row['collections'] for row in gc.get_stats()]
print(40 <= after[0] - before[0] <= 50, 3 <= after[1] - before[1] <= 5)   # expect: True True
