# An exception thrown into a generator gets the one that the generator handles as its context.
def inner():
    try:
        yield
    except ValueError:
        raise TypeError
def outer(inner):
    try:
        raise KeyError('a')
    except KeyError:
        yield from inner()
def plain():
    yield
for function in plain, inner:
    generator = outer(function)
    next(generator)
    try:
        generator.throw(ValueError)
    except Exception as error:
        print(repr(error), repr(error.__context__))
# expect: ValueError() KeyError('a')
# expect: TypeError() KeyError('a')
