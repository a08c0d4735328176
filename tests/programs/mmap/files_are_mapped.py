# A mapping of a file shows it and changes it, unless it may only read.
import mmap, tempfile
with tempfile.TemporaryFile() as f:
    f.write(b'line one\nline two\n')
    f.flush()
    with mmap.mmap(f.fileno(), 0) as m:
        print(m.size(), m.readline(), m.readline())     # expect: 18 b'line one\\n' b'line two\\n'
        m[0:4] = b'LINE'
        m.flush()
        m.resize(5000)
        print(len(m))                                   # expect: 5000
    f.seek(0)
    print(f.read(8))                                    # expect: b'LINE one'
    with mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ) as m:
        try:
            m[0] = 1
        except TypeError as error:
            print(error)                                # expect: mmap can't modify a readonly memory map.
