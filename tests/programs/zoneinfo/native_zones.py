# The native ZoneInfo: caches, folds, rules behind the last transition.
import io
import pickle
import struct
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
import _zoneinfo

print(ZoneInfo is _zoneinfo.ZoneInfo)  # expect: True


def header(version, transitions, types, chars):
    return b"TZif" + version + bytes(15) + struct.pack(">6l", 0, 0, 0, transitions, types, chars)


def zone(rule, transitions=(), types=((3600, 0, 0), (7200, 1, 4)), names=b"CET\0CEST\0", key=None):
    data = header(b"2", 0, 0, 0) + header(b"2", len(transitions), len(types), len(names))
    data += b"".join(struct.pack(">q", at) for at, _ in transitions) + bytes(index for _, index in transitions)
    data += b"".join(struct.pack(">lbb", *entry) for entry in types) + names + b"\n" + rule + b"\n"
    return ZoneInfo.from_file(io.BytesIO(data), key=key)


cet = zone(b"CET-1CEST,M3.5.0,M10.5.0/3", [(0, 0)], key="Europe/Somewhere")
print(repr(cet), str(cet), cet.key)  # expect: zoneinfo.ZoneInfo(key='Europe/Somewhere') Europe/Somewhere Europe/Somewhere
for month in (1, 7):
    d = datetime(2024, month, 1, 12, tzinfo=cet)
    print(d.isoformat(), d.tzname(), d.dst())  # expect: 2024-01-01T12:00:00+01:00 CET 0:00:00 | 2024-07-01T12:00:00+02:00 CEST 1:00:00
d = datetime(2024, 10, 27, 2, 30, tzinfo=cet)
print(d.utcoffset(), d.replace(fold=1).utcoffset())  # expect: 2:00:00 1:00:00
back = datetime(2024, 10, 27, 1, 30, tzinfo=timezone.utc).astimezone(cet)
print(back, back.fold)  # expect: 2024-10-27 02:30:00+01:00 1
print(cet.utcoffset(None), zone(b"UTC0", types=((0, 0, 0),), names=b"UTC\0").utcoffset(None))  # expect: None 0:00:00
try:
    pickle.dumps(cet)
except pickle.PicklingError as error:
    print(error)  # expect: Cannot pickle a ZoneInfo file from a file stream.
for rule in (b"AAA", b"AAA3BBB", b"AAA3BBB,J1", b"AAA3BBB,J0,J2", b"AAA3BBB,J1,J2x", b"<AAA3"):
    try:
        zone(rule)
    except ValueError as error:
        print(error)  # expect: Invalid STD offset in b'AAA' | Invalid DST offset in b'AAA3BBB' | Missing transition rules in TZ string: b'AAA3BBB,J1' | Malformed transition rule in TZ string: b'AAA3BBB,J0,J2' | Extraneous characters at end of TZ string: b'AAA3BBB,J1,J2x' | Invalid STD format in b'<AAA3'
try:
    cet.fromutc(datetime(2024, 1, 1))
except ValueError as error:
    print(error)  # expect: fromutc: dt.tzinfo is not self


class Own(ZoneInfo):
    pass


print(type(Own._weak_cache).__name__, hasattr(ZoneInfo, "_weak_cache"))  # expect: WeakValueDictionary False
cet.fromutc(3)  # error: TypeError: fromutc: argument must be a datetime
