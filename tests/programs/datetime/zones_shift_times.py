# Aware times compare and subtract in UTC; naive ones do not mix with them.
from datetime import date, datetime, time, timedelta, timezone, tzinfo
east = timezone(timedelta(hours=5, minutes=30), 'east')
a = datetime(2024, 1, 1, 5, 30, tzinfo=east)
b = datetime(2024, 1, 1, tzinfo=timezone.utc)
print(a == b, hash(a) == hash(b), a - b, a.astimezone(timezone.utc))  # expect: True True 0:00:00 2024-01-01 00:00:00+00:00
print(a.tzname(), a.utcoffset(), a.dst(), a.timestamp(), a.isoformat())  # expect: east 5:30:00 None 1704067200.0 2024-01-01T05:30:00+05:30
print(repr(a), repr(timezone.utc), timezone(timedelta(minutes=-90)))  # expect: datetime.datetime(2024, 1, 1, 5, 30, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800), 'east')) datetime.timezone.utc UTC-01:30
print(a.strftime('%Y %z %:z %Z %f %%'), format(date(7, 2, 3), '%F %C'))  # expect: 2024 +0530 +05:30 east 000000 % 0007-02-03 00
class Summer(tzinfo):
    def utcoffset(self, point): return timedelta(hours=2)
    def dst(self, point): return timedelta(hours=1)
    def tzname(self, point): return 'S%'
c = datetime(2024, 7, 1, 12, tzinfo=Summer())
print(c.astimezone(timezone.utc), b.astimezone(Summer()), c.strftime('%Z'), c.timetuple().tm_isdst)  # expect: 2024-07-01 10:00:00+00:00 2024-01-01 02:00:00+02:00 S% 1
def tell(f):
    try:
        print(f())  # expect: False
    except (TypeError, ValueError, NotImplementedError, OverflowError) as error:
        print(type(error).__name__, error)  # expect: TypeError can't compare offset-naive and offset-aware datetimes | TypeError can't subtract offset-naive and offset-aware datetimes | TypeError can't compare offset-naive and offset-aware times | NotImplementedError a tzinfo subclass must implement utcoffset() | ValueError offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not datetime.timedelta(days=1) | OverflowError date value out of range | TypeError '<' not supported between instances of 'datetime.date' and 'datetime.datetime'
tell(lambda: a < datetime(2024, 1, 1))
tell(lambda: a - datetime(2024, 1, 1))
tell(lambda: a == datetime(2024, 1, 1))
tell(lambda: time(1, tzinfo=east) < time(1))
tell(lambda: datetime(1, 1, 1, tzinfo=tzinfo()).utcoffset())
tell(lambda: timezone(timedelta(1)))
tell(lambda: datetime(9999, 12, 31) + timedelta(1))
tell(lambda: date(2024, 1, 1) < datetime(2024, 1, 1))
