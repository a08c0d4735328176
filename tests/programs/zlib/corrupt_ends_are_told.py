# flush() tells of a wrong checksum; after the end it has nothing to tell.
import zlib
packed = zlib.compress(b'foo')
d = zlib.decompressobj()
print(d.decompress(packed[:-1] + b'\0', 1))             # expect: b'f'
try:
    d.flush()
except zlib.error as error:
    print(error)                                        # expect: Error -3 while decompressing data: incorrect data check
d = zlib.decompressobj()
print(d.decompress(packed), d.flush(), d.flush())       # expect: b'foo' b'' b''
