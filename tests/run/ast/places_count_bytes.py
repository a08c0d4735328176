# Columns are offsets in the UTF-8 text, ends are exclusive.
import _ast

def places(source):
    tree = compile(source, '?', 'exec', _ast.PyCF_ONLY_AST)
    node = tree.body[0]
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset

print(places('x = 1'))                           # expect: (1, 0, 1, 5)
print(places('"é" + "ü"'))                       # expect: (1, 0, 1, 11)
print(places('@d\ndef f():\n  pass\n\n'))        # expect: (2, 0, 3, 6)
print(places('if a:\n  b\nelif c:\n  d'))        # expect: (1, 0, 4, 3)
