# The last view of a BytesIO lets go of it before the BytesIO itself dies.
import io
import sys

seen = []
sys.unraisablehook = lambda unraisable: seen.append(str(unraisable.exc_value))
stream = io.BytesIO(b'abc')
view = stream.getbuffer()
del stream
print(bytes(view), view[0], view[-1])  # expect: b'abc' 97 99
del view
print(seen)  # expect: []
