# The last registered function is called first; what it registers meanwhile is forgotten.
import atexit

said = []


def tell(*args, **kwargs):
    said.append((args, kwargs))


def again():
    said.append("again")
    atexit.register(tell, "never")


print(atexit.register(tell, 1, x=2) is tell, atexit.register(again) is again, atexit._ncallbacks())  # expect: True True 2
atexit._run_exitfuncs()
print(said, atexit._ncallbacks())  # expect: ['again', ((1,), {'x': 2})] 0
atexit.register(tell)
atexit.unregister(tell)
print(atexit._ncallbacks())  # expect: 0
atexit.register(1)  # error: TypeError: the first argument must be callable
