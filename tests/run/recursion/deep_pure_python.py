# Python frames do not use the native stack.
import sys
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
try:
    depth(5000)
except RecursionError as e:
    print(e)                # expect: maximum recursion depth exceeded
sys.setrecursionlimit(1_000_100)
print(depth(1_000_000))     # expect: 1000000
