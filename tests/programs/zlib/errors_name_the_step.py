# zlib's numbers come with what was being done.
import zlib
def tell(f):
    try:
        f()
    except (zlib.error, ValueError, EOFError, TypeError) as error:
        print(type(error).__name__, error)  # expect: error Error -5 while decompressing data: incomplete or truncated stream | error Bad compression level | error Error -2 while preparing to decompress data: inconsistent stream state | ValueError Invalid initialization option | TypeError zdict argument must support the buffer protocol | ValueError max_length must be non-negative | error Error -2 while compressing data: inconsistent stream state | EOFError End of stream already reached
tell(lambda: zlib.decompress(b'x'))
tell(lambda: zlib.compress(b'', 10))
tell(lambda: zlib.decompress(b'', wbits=3))
tell(lambda: zlib.compressobj(memLevel=100))
tell(lambda: zlib.decompressobj(zdict='x'))
tell(lambda: zlib.decompressobj().decompress(b'', -1))
c = zlib.compressobj()
c.flush()
tell(lambda: c.compress(b'x'))
d = zlib._ZlibDecompressor()
print(d.decompress(zlib.compress(b'a') + b'rest'), d.unused_data)  # expect: b'a' b'rest'
tell(lambda: d.decompress(b''))
