# What the tokenizer refuses.
import _tokenize
import io


def error(source, extra_tokens=True):
    readline = io.StringIO(source, newline="").readline
    try:
        list(_tokenize.TokenizerIter(readline, extra_tokens=extra_tokens))
    except SyntaxError as error:
        print(type(error).__name__, error.args, error.lineno, error.offset)  # expect: SyntaxError ('unexpected EOF in multi-line statement',) 1 0 | SyntaxError ('unexpected EOF in multi-line statement',) 1 3 | IndentationError ('unindent does not match any outer indentation level', ('<string>', 3, 4, '  c', None, None)) 3 4 | SyntaxError ('unexpected character after line continuation character', ('<string>', 1, 5, 'x\\\\ y', None, None)) 1 5 | SyntaxError ('unterminated string literal (detected at line 1)', ('<string>', 1, 1, '"abc', 1, 1)) 1 1 | SyntaxError ('unterminated triple-quoted string literal (detected at line 1)', ('<string>', 1, 1, "'''abc", 1, 1)) 1 1 | SyntaxError ('invalid hexadecimal literal', ('<string>', 1, 2, '0xz', 1, 2)) 1 2 | SyntaxError ("f-string: single '}' is not allowed", ('<string>', 1, 3, "f'}'", 1, 3)) 1 3 | SyntaxError ("closing parenthesis ']' does not match opening parenthesis '('", ('<string>', 1, 2, '(]', 1, 2)) 1 2 | SyntaxError ('invalid decimal literal', ('<string>', 1, 1, '1a', 1, 1)) 1 1 | SyntaxError ('source code cannot contain null bytes', ('<string>', 1, 0, 'a', 1, 0)) 1 0


error("(")
error("x\\")
error("if a:\n    b\n  c\n")
error("x\\ y\n")
error('"abc\n')
error("'''abc")
error("0xz")
error("f'}'")
error("(]", extra_tokens=False)
error("1a", extra_tokens=False)
error("a\0b\n")
try:
    next(_tokenize.TokenizerIter(lambda: 1, extra_tokens=True))
except TypeError as error:
    print(error)  # expect: readline() returned a non-string object
