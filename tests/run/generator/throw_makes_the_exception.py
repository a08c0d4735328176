# throw(type, value): a value of the type is thrown itself; a constructor that fails or makes something else is a TypeError in the generator.
class Odd(Exception):
    def __new__(cls, *args):
        return cls
def generator():
    yield
for args in [(TypeError, TypeError(1)), (ValueError, TypeError(1)), (ValueError, (1, 2)), (Odd,)]:
    started = generator()
    next(started)
    try:
        started.throw(*args)
    except Exception as error:
        print(repr(error))
    print(list(started))
# expect: TypeError(1)
# expect: []
# expect: ValueError(TypeError(1))
# expect: []
# expect: ValueError(1, 2)
# expect: []
# expect: TypeError("calling <class '__main__.Odd'> should have returned an instance of BaseException, not type")
# expect: []
