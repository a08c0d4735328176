# A copy goes on from where the original was, in both directions.
import zlib
data = b'taipan ' * 100
c = zlib.compressobj()
start = c.compress(data)
d = c.copy()
left = start + c.compress(b'left') + c.flush()
right = start + d.compress(b'right') + d.flush()
print(zlib.decompress(left) == data + b'left', zlib.decompress(right) == data + b'right')  # expect: True True
whole = zlib.compress(data)
x = zlib.decompressobj()
first = x.decompress(whole[:10])
y = x.copy()
print(first + x.decompress(whole[10:]) == data, first + y.decompress(whole[10:]) == data)  # expect: True True
print(x.eof, x.unused_data, x.unconsumed_tail)  # expect: True b'' b''
