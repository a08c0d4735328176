# Methods make instances of the receiver's class by calling it; a pickle restores the very fields.
import copy, pickle
from datetime import date, datetime, time, timedelta
class Day(date):
    def __new__(cls, *args):
        made.append(args)
        return super().__new__(cls, *args)
made = []
day = Day(2024, 2, 28)
print(type(day + timedelta(2)).__name__, repr(day.replace(day=1)), made[1:])  # expect: Day Day(2024, 2, 1) [(2024, 3, 1), (2024, 2, 1)]
print(repr(Day.fromordinal(1)), type(Day.fromisoformat('20240101')).__name__)  # expect: Day(1, 1, 1) Day
class Point(datetime): pass
p = Point(2024, 1, 2, 3, fold=1)
print(repr(p.replace(hour=4)), type(p.date()).__name__, p.time())  # expect: Point(2024, 1, 2, 4, 0, fold=1) date 03:00:00
print([pickle.loads(pickle.dumps(datetime(2024, 1, 2, fold=1), n)).fold for n in range(6)], copy.copy(p) == p)  # expect: [0, 0, 0, 0, 1, 1] True
print(date(2024, 12, 30).isocalendar(), tuple(date(2024, 12, 30).isocalendar()))  # expect: datetime.IsoCalendarDate(year=2025, week=1, weekday=1) (2025, 1, 1)
print(date(2024, 1, 1).__reduce__(), time(1, 2, 3, 4).__reduce__())  # expect: (<class 'datetime.date'>, (b'\\x07\\xe8\\x01\\x01',)) (<class 'datetime.time'>, (b'\\x01\\x02\\x03\\x00\\x00\\x04',))
