# A thrown exception keeps its context in a generator that handles nothing, whatever the caller handles.
def generator(replacement):
    try:
        yield
    finally:
        raise replacement
first, second, third = Exception(1), Exception(2), Exception(3)
outer, inner = generator(third), generator(second)
next(outer), next(inner)
try:
    try:
        raise first
    except Exception as error:
        try:
            inner.throw(error)
        except Exception as error:
            outer.throw(error)
except Exception as error:
    print(error is third, error.__context__ is second, error.__context__.__context__ is first)    # expect: True True True
