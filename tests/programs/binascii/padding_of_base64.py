# Padding inside base64 is skipped, or named in strict mode.
import binascii

for data in (b"ab==cd", b"abc=d", b"ab==c=", b"ab=c=", b"abcd=", b"ab===", b"=ab", b"ab==\n", b"a=b==", b"ab", b"a"):
    for strict in (False, True):
        try:
            print(data, binascii.a2b_base64(data, strict_mode=strict))  # expect: b'ab==cd' b'i\\xb7\\x1d' | b'abc=d' b'i\\xb7\\x1d' | b'ab==c=' b'i\\xb7' | b'ab=c=' b'i\\xb7' | b'abcd=' b'i\\xb7\\x1d' | b'ab===' b'i' | b'ab==\\n' b'i' | b'a=b==' b'i'
        except binascii.Error as error:
            print(data, error)  # expect: b'ab==cd' Excess data after padding | b'abc=d' Excess data after padding | b'ab==c=' Excess data after padding | b'ab=c=' Discontinuous padding not allowed | b'abcd=' Excess padding not allowed | b'ab===' Excess padding not allowed | b'=ab' Incorrect padding | b'=ab' Leading padding not allowed | b'ab==\\n' Only base64 data is allowed | b'a=b==' Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4 | b'ab' Incorrect padding | b'ab' Incorrect padding | b'a' Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4 | b'a' Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4
