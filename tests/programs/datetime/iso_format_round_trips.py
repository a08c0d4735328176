# fromisoformat reads the forms of ISO 8601, and says nothing but that a text is invalid.
from datetime import date, datetime, time
def tell(read, text):
    try:
        print(read(text))  # expect: 2024-02-29 | 2024-02-29 | 2024-02-26 | 2024-03-01 00:00:00 | 2024-02-29 12:30:15.500000+00:00 | 2024-02-29 12:30:15.123456-01:30 | 2024-01-01 01:02:00 | 01:00:00 | 01:02:03.100000+00:00:00.000001
    except ValueError as error:
        print(error)  # expect: day 30 must be in range 1..29 for month 2 in year 2024 | Invalid isoformat string: '2024-2-3' | Invalid isoformat string: '2024-02-29T12:3' | offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not datetime.timedelta(days=1) | minute, second, and microsecond must be 0 when hour is 24 | Invalid isoformat string: '2024-02-29T' | Invalid isoformat string: '12:00.Z'
tell(date.fromisoformat, '20240229')
tell(date.fromisoformat, '2024-W09-4')
tell(date.fromisoformat, '2024W09')
tell(date.fromisoformat, '2024-02-30')
tell(date.fromisoformat, '2024-2-3')
tell(datetime.fromisoformat, '2024-02-29T24:00')
tell(datetime.fromisoformat, '2024-02-29 12:30:15,5Z')
tell(datetime.fromisoformat, '20240229T123015.123456789-0130')
tell(datetime.fromisoformat, '2024-02-29T12:3')
tell(datetime.fromisoformat, '2024-02-29T12:30+24:00')
tell(datetime.fromisoformat, '2024-W01-1é01:02')
tell(time.fromisoformat, 'T01')
tell(time.fromisoformat, '24:00:01')
tell(time.fromisoformat, '01:02:03.1+00:00:00.000001')
tell(datetime.fromisoformat, '2024-02-29T')
tell(time.fromisoformat, '12:00.Z')
