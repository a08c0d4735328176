# Attributes of functions, exceptions and modules are part of the cycles that the collector finds.
import gc
class Holder:
    def __del__(self):
        print('gone')
def function():
    pass
for thing in function, ValueError(), type(gc)('m'):
    thing.holder = Holder()
    thing.me = thing
del function
thing = None
gc.collect()
# expect: gone
# expect: gone
# expect: gone
module = type(gc)('m')
module.holder = Holder()
del module
# expect: gone
