# A trace function may set f_lineno: the frame goes on at that line.
import sys
def jump(function, origin, target):
    first = function.__code__.co_firstlineno
    def tracer(frame, event, argument):
        if frame.f_code is function.__code__ and event == 'line' and frame.f_lineno == first + origin:
            sys.settrace(None)
            frame.f_trace = None
            frame.f_lineno = first + target
        return tracer
    sys.settrace(tracer)
    try:
        print(function())
    except ValueError as error:
        print(error)
    finally:
        sys.settrace(None)
def forward():
    out = []
    out.append(1)
    out.append(2)
    out.append(3)
    return out
jump(forward, 3, 5)             # expect: [1]
jump(forward, 2, 4)             # expect: [3]
def loop():
    out = []
    for i in range(3):
        out.append(i)
    return out
jump(loop, 1, 3)                # expect: can't jump into the body of a for loop
jump(loop, 3, 4)                # expect: []
jump(loop, 1, 100)              # expect: line 126 comes after the current code block
jump(loop, 1, -1)               # expect: line 25 comes before the current code block
