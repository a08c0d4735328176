# Rounding asks subclasses of float; gamma of the smallest numbers is too large.
import math


class F(float):
    def __ceil__(self):
        return "up"

    def __floor__(self):
        return "down"

    def __trunc__(self):
        return "cut"


print(math.ceil(F()), math.floor(F()), math.trunc(F()), math.ceil(0.5))  # expect: up down cut 1
for x in (5e-309, -5e-309, 0.0, -1.0, 171.7):
    try:
        print(math.gamma(x))
    except (OverflowError, ValueError) as error:
        print(type(error).__name__, error)  # expect: OverflowError math range error | OverflowError math range error | ValueError expected a noninteger or positive integer, got 0.0 | ValueError expected a noninteger or positive integer, got -1.0 | OverflowError math range error
