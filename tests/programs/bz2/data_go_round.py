# Compressed data come back, in pieces too.
import _bz2
c = _bz2.BZ2Compressor()
packed = c.compress(b'taipan' * 1000) + c.flush()
for call in (lambda: c.compress(b'x'), c.flush, lambda: _bz2.BZ2Compressor(10)):
    try:
        call()
    except ValueError as error:
        print(error)  # expect: Compressor has been flushed | Repeated call to flush() | compresslevel must be between 1 and 9
# expect: Compressor has been flushed
# expect: Repeated call to flush()
# expect: compresslevel must be between 1 and 9
d = _bz2.BZ2Decompressor()
got = d.decompress(packed + b'rest', 100)
print(len(got), d.needs_input, d.eof)                   # expect: 100 False False
got += d.decompress(b'')
print(got == b'taipan' * 1000, d.eof, d.unused_data)    # expect: True True b'rest'
try:
    _bz2.BZ2Decompressor().decompress(b'no such data at all')
except OSError as error:
    print(error)                                        # expect: Invalid data stream
