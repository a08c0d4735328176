# zlib's numbers come with what was being done.
import zlib
def tell(f):
    try:
        f()
    except (zlib.error, ValueError, EOFError, TypeError) as error:
        print(type(error).__name__, error)
tell(lambda: zlib.decompress(b'x'))                     # expect: error Error -5 while decompressing data: incomplete or truncated stream
tell(lambda: zlib.compress(b'', 10))                    # expect: error Bad compression level
tell(lambda: zlib.decompress(b'', wbits=3))             # expect: error Error -2 while preparing to decompress data: inconsistent stream state
tell(lambda: zlib.compressobj(memLevel=100))            # expect: ValueError Invalid initialization option
tell(lambda: zlib.decompressobj(zdict='x'))             # expect: TypeError zdict argument must support the buffer protocol
tell(lambda: zlib.decompressobj().decompress(b'', -1))  # expect: ValueError max_length must be non-negative
c = zlib.compressobj()
c.flush()
tell(lambda: c.compress(b'x'))                          # expect: error Error -2 while compressing data: inconsistent stream state
d = zlib._ZlibDecompressor()
print(d.decompress(zlib.compress(b'a') + b'rest'), d.unused_data)  # expect: b'a' b'rest'
tell(lambda: d.decompress(b''))                         # expect: EOFError End of stream already reached
