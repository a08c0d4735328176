# Powers recover infinities or say that they are too large; a real dividend keeps the signs of zeros.
inf = float("inf")
for base, exponent in ((1e300 + 1e300j, 10), (complex(inf, 0), 2), (complex(inf, 0), -3), (5j, inf), (0j, -1), (0j, 2)):
    try:
        print(base**exponent)  # expect: 0j | 0j
    except (OverflowError, ZeroDivisionError) as error:
        print(type(error).__name__, error)  # expect: OverflowError complex exponentiation | OverflowError complex exponentiation | ZeroDivisionError zero to a negative or complex power | ZeroDivisionError zero to a negative or complex power
print(-0.0 / (1 + 1j), 2.0 / complex(inf, 0), 1 / complex(0.0, 2), 3 / complex(inf, inf))  # expect: (-0+0j) -0j -0.5j -0j
import warnings

warnings.simplefilter("error")


class Strict(complex):
    pass


class Made:
    def __init__(self, value):
        self.value = value

    def __complex__(self):
        return self.value


for value in (Strict(1), 1.0):
    try:
        complex(Made(value))
    except (DeprecationWarning, TypeError) as error:
        print(error)  # expect: __complex__ returned non-complex (type Strict).  The ability to return an instance of a strict subclass of complex is deprecated, and may be removed in a future version of Python. | __complex__ returned non-complex (type float)
complex(Made("x"))  # error: TypeError: __complex__ returned non-complex (type str)
