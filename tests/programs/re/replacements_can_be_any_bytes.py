import re

print(re.sub(b"y", bytearray(b"a"), b"xyz"), re.sub(b"y", memoryview(b"a"), bytearray(b"xyz")))  # expect: b'xaz' b'xaz'
