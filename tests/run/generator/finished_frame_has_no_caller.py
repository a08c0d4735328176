# The frame of a generator that ended has no f_back, however it ended.
def fails():
    yield
    1/0
generator = fails()
next(generator)
try:
    next(generator)
except ZeroDivisionError as error:
    print(error.__traceback__.tb_next.tb_frame.f_back)      # expect: None
def ends():
    yield
generator = ends()
frame = generator.gi_frame
list(generator)
print(frame.f_back)                                         # expect: None
