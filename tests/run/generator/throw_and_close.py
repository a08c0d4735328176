# throw() goes to the innermost generator; close() runs finally; send() is the result of yield.
def inner():
    try:
        while True:
            try:
                got = yield 'ready'
                print('got', got)
            except ValueError as e:
                print('caught', e)
    finally:
        print('inner ends')
def outer():
    yield from inner()
g = outer()
print(next(g))              # expect: ready
g.send(5)                   # expect: got 5
g.throw(ValueError('x'))    # expect: caught x
g.close()                   # expect: inner ends
print(g.gi_frame, g.gi_running)     # expect: None False
next(g)                     # error: StopIteration
