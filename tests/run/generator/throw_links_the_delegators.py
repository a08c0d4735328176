# What throw() reaches through yield from sees the generators in between as its callers, as after send().
import sys
def names():
    frame = sys._getframe(1)
    while frame.f_code.co_name != 'run':
        yield frame.f_code.co_name
        frame = frame.f_back
def inner():
    try:
        yield list(names())
    except ValueError:
        yield list(names())
def middle():
    yield from inner()
def outer():
    yield from middle()
def run():
    generator = outer()
    print(next(generator))                  # expect: ['inner', 'middle', 'outer']
    print(generator.throw(ValueError))      # expect: ['inner', 'middle', 'outer']
run()
