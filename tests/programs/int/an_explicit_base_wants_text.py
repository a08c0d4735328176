print(int(memoryview(b"12")))  # expect: 12
print(int(bytearray(b"12"), 3))  # expect: 5
try:
    int(memoryview(b"12"), 10)
except TypeError as error:
    print(error)  # expect: int() can't convert non-string with explicit base
