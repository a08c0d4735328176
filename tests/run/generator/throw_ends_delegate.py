# A delegate that returns on throw() or close(): what it returned is the value of yield from.
def inner():
    try:
        yield 'first'
    except KeyError:
        pass
    return 'returned'
def outer():
    got = yield from inner()
    print('got', got)
    yield 'second'
g = outer()
print(next(g))              # expect: first
print(g.throw(KeyError()))  # expect: got returned
                            # expect: second

class Future:
    def __await__(self):
        try:
            yield 'waiting'
        except ValueError:
            return 'cancelled'
async def wait():
    return await Future()
c = wait()
print(c.send(None))         # expect: waiting
try:
    c.throw(ValueError())
except StopIteration as e:
    print(e.value)          # expect: cancelled

def fresh():
    yield
try:
    fresh().throw(KeyError('not started'))
except KeyError as e:
    print(e)                # expect: 'not started'
