# A timedelta is a whole number of microseconds; halves go to the even one.
from datetime import timedelta
print(timedelta(microseconds=0.5), timedelta(microseconds=1.5))  # expect: 0:00:00 0:00:00.000002
print(timedelta(seconds=1) / 3, timedelta(microseconds=5) / 2, timedelta(microseconds=7) / 2.0)  # expect: 0:00:00.333333 0:00:00.000002 0:00:00.000004
print(repr(timedelta(days=-1, hours=1.5)), str(timedelta(-1, 1, 1)))  # expect: datetime.timedelta(days=-1, seconds=5400) -1 day, 0:00:01.000001
print(timedelta(days=1) // timedelta(hours=5), timedelta(days=1) % timedelta(hours=5))  # expect: 4 4:00:00
print(divmod(timedelta(days=-1), timedelta(hours=5)))         # expect: (-5, datetime.timedelta(seconds=3600))
print(timedelta(hours=1) * 1.5, 3 * timedelta(minutes=1), timedelta(seconds=1.1).total_seconds())  # expect: 1:30:00 0:03:00 1.1
print(abs(timedelta(-1)), -timedelta(1), bool(timedelta()), hash(timedelta(1)) == hash(timedelta(hours=24)))  # expect: 1 day, 0:00:00 -1 day, 0:00:00 False True
def tell(f):
    try:
        print(f())
    except (OverflowError, TypeError, ValueError, ZeroDivisionError) as error:
        print(type(error).__name__, error)  # expect: OverflowError days=1000000000; must have magnitude <= 999999999 | OverflowError days=1000000000; must have magnitude <= 999999999 | TypeError unsupported type for timedelta days component: str | ValueError cannot convert float NaN to integer | ZeroDivisionError division by zero
tell(lambda: timedelta(10**9))
tell(lambda: timedelta.max + timedelta.resolution)
tell(lambda: timedelta('1'))
tell(lambda: timedelta(float('nan')))
tell(lambda: timedelta(1) / 0)
