# compile() takes a tree, also one made by hand.
import _ast

def at(node):
    node.lineno = node.end_lineno = 1
    node.col_offset = node.end_col_offset = 0
    return node

total = at(_ast.BinOp(at(_ast.Constant(20)), _ast.Add(), at(_ast.Constant(22))))
print(eval(compile(_ast.Expression(total), '?', 'eval')))      # expect: 42

tree = compile('def f(n):\n    return n * 2\nprint(f(21))', '?', 'exec', _ast.PyCF_ONLY_AST)
exec(compile(tree, '?', 'exec'))                               # expect: 42

folded = compile('__debug__', '?', 'eval', _ast.PyCF_OPTIMIZED_AST)
print(folded.body)                                             # expect: Constant(value=True, kind=None)
