# Special methods that lead to themselves through native code only raise RecursionError.
def attempt(function, *args):
    try:
        function(*args)
    except RecursionError:
        print('RecursionError')
    else:
        print('done')
class A: pass
A.__call__ = A()
attempt(A())                # expect: RecursionError
class Foo: pass
Foo.__repr__ = Foo.__str__
attempt(str, Foo())         # expect: RecursionError
attempt(repr, Foo())        # expect: RecursionError
