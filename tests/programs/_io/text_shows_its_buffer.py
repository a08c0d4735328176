# A text stream shows the buffered stream below it, and that the raw one.
import os, sys
with open(os.devnull) as f:
    print(type(f.buffer).__name__, type(f.buffer.raw).__name__)  # expect: BufferedReader FileIO
    f.buffer.raw.name = 5
    print(f.name)                       # expect: 5
    try:
        f.buffer.raw._finalizing = 1
    except TypeError as error:
        print(error)                    # expect: attribute value type must be bool
sys.stdout.flush()
sys.stdout.buffer.write(b'bytes\n')
