# At module level they are shown while the comprehension runs.
import sys
print([sorted(locals()) for x in [1]])  # expect: [['x']]
class A:
    print([sys._getframe().f_locals['y'] for y in [2]])  # expect: [2]
print('x' in locals())  # expect: False
f = sys._getframe()
try:
    del f.f_trace_opcodes
except AttributeError as error:
    print(error)  # expect: attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted
def g():
    here = sys._getframe().f_locals
    return repr(here)
print(g())  # expect: {'here': {...}}
