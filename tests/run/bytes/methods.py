"""Methods and operators of bytes."""


def show(function):
    try:
        print("%r" % (function(),))
    except Exception as error:
        print("%s: %s" % (type(error).__name__, error))


show(lambda: b'abc'.hex('-'))  # expect: '61-62-63'
show(lambda: b''.fromhex('61 62'))  # expect: b'ab'
show(lambda: b'a,b'.split(b','))  # expect: [b'a', b'b']
show(lambda: b'%s-%d' % (b'x', 3))  # expect: b'x-3'
show(lambda: b'abc'[1])  # expect: 98
show(lambda: b'abc'[::-1])  # expect: b'cba'
show(lambda: b'abc' + b'd')  # expect: b'abcd'
show(lambda: b'abc' + 'd')  # expect: TypeError: can't concat str to bytes
show(lambda: b'a' in b'abc')  # expect: True
show(lambda: 97 in b'abc')  # expect: True
show(lambda: 300 in b'abc')  # expect: ValueError: byte must be in range(0, 256)
show(lambda: b'abc'.find(98))  # expect: 1
show(lambda: b'abc'.find('b'))  # expect: TypeError: argument should be integer or bytes-like object, not 'str'
show(lambda: b'abc'.upper())  # expect: b'ABC'
show(lambda: b'a\nb'.splitlines())  # expect: [b'a', b'b']
show(lambda: b' x '.strip())  # expect: b'x'
show(lambda: b'abc'.translate(None, b'b'))  # expect: b'ac'
show(lambda: b'-'.join([b'a', b'b']))  # expect: b'a-b'
show(lambda: b'-'.join(['a']))  # expect: TypeError: sequence item 0: expected a bytes-like object, str found
show(lambda: b'abc'.startswith('a'))  # expect: TypeError: startswith first arg must be bytes or a tuple of bytes, not str
show(lambda: b'abc'.center(5, b'xx'))  # expect: TypeError: center(): argument 2 must be a byte string of length 1, not a bytes object of length 2
show(lambda: b'%b' % 'x')  # expect: TypeError: %b requires a bytes-like object, or an object that implements __bytes__, not 'str'
show(lambda: b'abc' == b'abc')  # expect: True
show(lambda: b'a' < b'b')  # expect: True
show(lambda: b'abc'.decode())  # expect: 'abc'
show(lambda: b'x' * 3)  # expect: b'xxx'
show(lambda: [x for x in b'ab'])  # expect: [97, 98]
show(lambda: type(b'')([1, 2, 300]))  # expect: ValueError: bytes must be in range(0, 256)
show(lambda: type(b'')('é', 'utf8'))  # expect: b'\xc3\xa9'
show(lambda: type(b'')('é'))  # expect: TypeError: string argument without an encoding
show(lambda: type(b'')(3))  # expect: b'\x00\x00\x00'
show(lambda: b'abc'.replace(b'b', b'xx'))  # expect: b'axxc'
show(lambda: b'zz'.fromhex('zz'))  # expect: ValueError: non-hexadecimal number found in fromhex() arg at position 0
show(lambda: b'\x00\xff\'"')  # expect: b'\x00\xff\'"'
