# sys.settrace tells of calls, lines, exceptions and returns.
import sys
events = []
def tracer(frame, event, argument):
    line = frame.f_lineno - frame.f_code.co_firstlineno
    what = argument[0].__name__ if event == 'exception' else argument
    events.append((frame.f_code.co_name, event, line, what))
    return tracer
def traced(function, *args):
    events.clear()
    sys.settrace(tracer)
    try:
        function(*args)
    except Exception as error:
        events.append(repr(error))
    finally:
        sys.settrace(None)
    for event in events:
        print(event)
def add(a, b):
    c = a + b
    return c
traced(add, 1, 2)
# expect: ('add', 'call', 0, None)
# expect: ('add', 'line', 1, None)
# expect: ('add', 'line', 2, None)
# expect: ('add', 'return', 2, 3)
def fail():
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError
traced(fail)
# expect: ('fail', 'call', 0, None)
# expect: ('fail', 'line', 1, None)
# expect: ('fail', 'line', 2, None)
# expect: ('fail', 'exception', 2, 'ZeroDivisionError')
# expect: ('fail', 'line', 3, None)
# expect: ('fail', 'line', 4, None)
# expect: ('fail', 'exception', 4, 'KeyError')
# expect: ('fail', 'return', 4, None)
# expect: KeyError()
