# A mapping is a sequence of bytes; views keep it open.
import mmap
m = mmap.mmap(-1, 10)
m[0:3] = b'abc'
print(m[0], m[:4], m[2::-1], len(m), b'b' in m, list(m)[:2])  # expect: 97 b'abc\\x00' b'cba' 10 True [b'a', b'b']
view = memoryview(m)
view[3] = 100
try:
    m.close()
except BufferError as error:
    print(error)                                        # expect: cannot close exported pointers exist
view.release()
print(m.find(b'cd'), m.rfind(b'x'), m.read(2), m.tell(), m.read_byte())  # expect: 2 -1 b'ab' 2 99
m.move(0, 1, 3)
print(m[:5], m)  # expect: b'bcdd\\x00' <mmap.mmap closed=False, access=ACCESS_DEFAULT, length=10, pos=3, offset=0>
for call in (lambda: m[100], lambda: m.seek(99), lambda: m.write(b'x' * 20), lambda: m.flush(1), lambda: mmap.mmap(-1, -1)):
    try:
        call()
    except (IndexError, ValueError, OverflowError) as error:
        print(error)  # expect: mmap index out of range | seek out of range | data out of range | flush values out of range | memory mapped length must be positive
# expect: mmap index out of range
# expect: seek out of range
# expect: data out of range
# expect: flush values out of range
# expect: memory mapped length must be positive
m.close()
print(m, m.closed)                                      # expect: <mmap.mmap closed=True> True
