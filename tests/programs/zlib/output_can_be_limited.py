# What does not fit waits, in the tail or in the decompressor.
import zlib
packed = zlib.compress(b'x' * 100_000)
d = zlib.decompressobj()
got = d.decompress(packed, 1000)
print(len(got), len(d.unconsumed_tail) > 0, d.eof)      # expect: 1000 True False
got += d.decompress(d.unconsumed_tail)
print(len(got), d.eof)                                  # expect: 100000 True
d = zlib._ZlibDecompressor()
got = d.decompress(packed, max_length=10)
print(len(got), d.needs_input, d.eof)                   # expect: 10 False False
while not d.eof:
    got += d.decompress(b'', 50_000)
print(len(got))                                         # expect: 100000
zdict = b'hello world'
c = zlib.compressobj(zdict=zdict)
packed = c.compress(b'hello hello world') + c.flush()
print(zlib.decompressobj(zdict=zdict).decompress(packed))  # expect: b'hello hello world'
print(zlib.crc32(b'abc'), zlib.adler32(b'abc'), zlib.crc32(b'c', zlib.crc32(b'ab')))  # expect: 891568578 38600999 891568578
