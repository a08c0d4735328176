print(b"" % {}, "" % {}, "a" % b"b", "a" % bytearray(b"b"))  # expect: b''  a a
for given in (b"b", bytearray(b"b"), "b", 1):
    try:
        print(b"a" % given)
    except TypeError as error:
        print(error)  # expect: not all arguments converted during bytes formatting | not all arguments converted during bytes formatting | not all arguments converted during bytes formatting | not all arguments converted during bytes formatting
