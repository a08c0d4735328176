# f_locals of a function writes through (PEP 667); locals() is a snapshot.
import sys
def f():
    x = 1
    frame = sys._getframe()
    frame.f_locals['x'] = 2
    frame.f_locals['extra'] = 3
    snapshot = locals()
    snapshot['x'] = 99
    return x, snapshot['extra'], frame.f_lineno, frame.f_code.co_name
print(f())                  # expect: (2, 3, 10, 'f')
def g():
    try:
        1 / 0
    except ZeroDivisionError as e:
        return e.__traceback__
tb = g()
print(tb.tb_lineno, tb.tb_frame.f_code.co_name, tb.tb_next)     # expect: 14 g None
