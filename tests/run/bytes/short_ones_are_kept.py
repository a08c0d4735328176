# The empty bytes object and those of one byte are one object each, however they are made.
empty, x = b"", b"x"
text = bytearray(b"axb")
print(bytes() is empty, b"ax"[5:] is empty, text[1:2] == x)  # expect: True True True
print(bytes([120]) is x, b"axb"[1:2] is x, bytes(text)[1:2] is x)  # expect: True True True
print(b"a,x".split(b",")[1] is x, "x".encode() is x, (120).to_bytes() == x)  # expect: True True True
