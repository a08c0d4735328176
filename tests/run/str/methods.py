"""Methods, operators and formatting of text."""


def show(function):
    try:
        print("%r" % (function(),))
    except Exception as error:
        print("%s: %s" % (type(error).__name__, error))


s = "héllo wörld"
show(lambda: s.upper())  # expect: 'HÉLLO WÖRLD'
show(lambda: s[1:5])  # expect: 'éllo'
show(lambda: s[::-1])  # expect: 'dlröw olléh'
show(lambda: s.split())  # expect: ['héllo', 'wörld']
show(lambda: s.find('w'))  # expect: 6
show(lambda: s.encode())  # expect: b'h\xc3\xa9llo w\xc3\xb6rld'
show(lambda: [c for c in s][:3])  # expect: ['h', 'é', 'l']
show(lambda: ','.join(['a', 'b']))  # expect: 'a,b'
show(lambda: 'abc'.translate({97: 'X', 98: None}))  # expect: 'Xc'
show(lambda: s.maketrans('a', 'b', 'c'))  # expect: {97: 98, 99: None}
show(lambda: 'a'.center(5, '*'))  # expect: '**a**'
show(lambda: 'abc'.startswith(('x', 'a')))  # expect: True
show(lambda: 'a' + 1)  # expect: TypeError: can only concatenate str (not "int") to str
show(lambda: 'a' * 3)  # expect: 'aaa'
show(lambda: 'abc' in 'xabcx')  # expect: True
show(lambda: 1 in 'abc')  # expect: TypeError: 'in <string>' requires string as left operand, not int
show(lambda: 'ß'.upper())  # expect: 'SS'
show(lambda: 'İ'.lower())  # expect: 'i̇'
show(lambda: 'a\tb'.expandtabs(4))  # expect: 'a   b'
show(lambda: 'a\nb\r\nc'.splitlines(True))  # expect: ['a\n', 'b\r\n', 'c']
show(lambda: 'abc'.partition('b'))  # expect: ('a', 'b', 'c')
show(lambda: 'abc'.rpartition('x'))  # expect: ('', '', 'abc')
show(lambda: '  x '.strip())  # expect: 'x'
show(lambda: 'xyx'.strip('x'))  # expect: 'y'
show(lambda: 'x'.isidentifier())  # expect: True
show(lambda: 'abc'.zfill(5))  # expect: '00abc'
show(lambda: 'aXbX'.replace('X', '-', 1))  # expect: 'a-bX'
show(lambda: s.index('z'))  # expect: ValueError: substring not found
show(lambda: 'abc'[5])  # expect: IndexError: string index out of range
show(lambda: 'abc'['a'])  # expect: TypeError: string indices must be integers, not 'str'
show(lambda: s.rfind('l'))  # expect: 9
show(lambda: s.count('l', 3))  # expect: 2
show(lambda: 'a,b,c'.rsplit(',', 1))  # expect: ['a,b', 'c']
show(lambda: 'abc'.removeprefix('a'))  # expect: 'bc'
show(lambda: 'Hello World'.swapcase())  # expect: 'hELLO wORLD'
show(lambda: 'hello'.title())  # expect: 'Hello'
show(lambda: 'a'.center(5, 'xx'))  # expect: TypeError: The fill character must be exactly one character long
show(lambda: 'a' < 'b' < 'é')  # expect: True
show(lambda: '\ud800'.encode())  # expect: UnicodeEncodeError: 'utf-8' codec can't encode character '\ud800' in position 0: surrogates not allowed
show(lambda: '\udcff'.encode('utf8', 'surrogateescape'))  # expect: b'\xff'
show(lambda: 'é'.encode('ascii', 'xmlcharrefreplace'))  # expect: b'&#233;'
show(lambda: b'\xff'.decode())  # expect: UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte
show(lambda: b'\xff'.decode('ascii', 'replace'))  # expect: '�'
show(lambda: 'it\'s "x"\n\x00é\u200b')  # expect: 'it\'s "x"\n\x00é\u200b'
