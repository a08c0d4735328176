"""Methods, operators and formatting of text."""


def show(function):
    try:
        print("%r" % (function(),))
    except Exception as error:
        print("%s: %s" % (type(error).__name__, error))


s = "héllo wörld"
show(lambda: '%s %d %5.2f %r %x' % ('a', 3, 2.5, 'b', 255))  # expect: "a 3  2.50 'b' ff"
show(lambda: '{} {a!r:>5} {0[1]}'.format([1, 2], a='x'))  # expect: ValueError: cannot switch from automatic field numbering to manual field specification
show(lambda: '{0} {a!r:>5} {0[1]}'.format([1, 2], a='x'))  # expect: "[1, 2]   'x' 2"
show(lambda: '%(a)s' % {'a': 1})  # expect: '1'
show(lambda: '%s %s' % (1,))  # expect: TypeError: not enough arguments for format string
show(lambda: '%s' % (1, 2))  # expect: TypeError: not all arguments converted during string formatting
show(lambda: '%d' % 'a')  # expect: TypeError: %d format: a real number is required, not str
show(lambda: '%c%c' % (65, 'b'))  # expect: 'Ab'
show(lambda: '%c' % 'ab')  # expect: TypeError: %c requires an int or a unicode character, not a string of length 2
show(lambda: '%-5d|%05d|%+d' % (1, 2, 3))  # expect: '1    |00002|+3'
show(lambda: 'abc%y' % 1)  # expect: ValueError: unsupported format character 'y' (0x79) at index 4
show(lambda: '%*d' % (5, 1))  # expect: '    1'
show(lambda: '%.*f' % (2, 1))  # expect: '1.00'
show(lambda: '{:>{}}'.format('a', 5))  # expect: '    a'
show(lambda: '{:d}'.format('a'))  # expect: ValueError: Unknown format code 'd' for object of type 'str'
show(lambda: '{!x}'.format(1))  # expect: ValueError: Unknown conversion specifier x
show(lambda: '{1}'.format(1))  # expect: IndexError: Replacement index 1 out of range for positional args tuple
show(lambda: '{a.real:>3}'.format(a=5))  # expect: '  5'
show(lambda: '{a}'.format_map({'a': 1}))  # expect: '1'
show(lambda: '{'.format())  # expect: ValueError: Single '{' encountered in format string
show(lambda: f'{3:>5}|{2.5:.3f}|{s[0]!r}|{s!a:.4}')  # expect: "    3|2.500|'h'|'h\\x"
show(lambda: '%a' % 'é')  # expect: "'\\xe9'"
show(lambda: '{:*^9}'.format('ab'))  # expect: '***ab****'
show(lambda: t'a{s[0]!r:>3}b'.strings)  # expect: ('a', 'b')
show(lambda: t'a{s[0]!r:>3}b'.interpolations)  # expect: (Interpolation('h', 's[0]', 'r', '>3'),)
