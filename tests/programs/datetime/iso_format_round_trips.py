# fromisoformat reads the forms of ISO 8601, and says nothing but that a text is invalid.
from datetime import date, datetime, time
def tell(read, text):
    try:
        print(read(text))
    except ValueError as error:
        print(error)
tell(date.fromisoformat, '20240229')                          # expect: 2024-02-29
tell(date.fromisoformat, '2024-W09-4')                        # expect: 2024-02-29
tell(date.fromisoformat, '2024W09')                           # expect: 2024-02-26
tell(date.fromisoformat, '2024-02-30')                        # expect: day 30 must be in range 1..29 for month 2 in year 2024
tell(date.fromisoformat, '2024-2-3')                          # expect: Invalid isoformat string: '2024-2-3'
tell(datetime.fromisoformat, '2024-02-29T24:00')              # expect: 2024-03-01 00:00:00
tell(datetime.fromisoformat, '2024-02-29 12:30:15,5Z')        # expect: 2024-02-29 12:30:15.500000+00:00
tell(datetime.fromisoformat, '20240229T123015.123456789-0130')  # expect: 2024-02-29 12:30:15.123456-01:30
tell(datetime.fromisoformat, '2024-02-29T12:3')               # expect: Invalid isoformat string: '2024-02-29T12:3'
tell(datetime.fromisoformat, '2024-02-29T12:30+24:00')        # expect: offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not datetime.timedelta(days=1)
tell(datetime.fromisoformat, '2024-W01-1é01:02')              # expect: 2024-01-01 01:02:00
tell(time.fromisoformat, 'T01')                               # expect: 01:00:00
tell(time.fromisoformat, '24:00:01')                          # expect: minute, second, and microsecond must be 0 when hour is 24
tell(time.fromisoformat, '01:02:03.1+00:00:00.000001')        # expect: 01:02:03.100000+00:00:00.000001
tell(datetime.fromisoformat, '2024-02-29T')                   # expect: Invalid isoformat string: '2024-02-29T'
tell(time.fromisoformat, '12:00.Z')                           # expect: Invalid isoformat string: '12:00.Z'
