# A traceback keeps the offset that it was made with.
import sys
make = None
try:
    1 / 0
except ZeroDivisionError as error:
    make = type(error.__traceback__)
traceback = make(None, sys._getframe(), 1, 2)
print(traceback.tb_lasti, traceback.tb_lineno)      # expect: 1 2
