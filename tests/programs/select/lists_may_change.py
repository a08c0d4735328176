# An object that shortens the list while it is asked for its descriptor.
import os, select
read, write = os.pipe()
class Shrinking:
    def fileno(self):
        del items[-1]
        return write
items = []
items[:] = [Shrinking() for _ in range(10)]
print(select.select([], items, [])[1] == items[:5], len(items))  # expect: True 5
