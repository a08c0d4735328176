# After broken data a decompressor refuses to go on.
import _bz2
d = _bz2.BZ2Decompressor()
for attempt in range(2):
    try:
        d.decompress(b'no such data at all')
    except (OSError, ValueError) as error:
        print(type(error).__name__, error, d.needs_input, d.eof)  # expect: OSError Invalid data stream False False | ValueError Decompressor is unusable after a previous error False False
# expect: OSError Invalid data stream False False
# expect: ValueError Decompressor is unusable after a previous error False False
