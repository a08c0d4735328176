# With the flag, comments that tell types belong to nodes; elsewhere they are errors.
import _ast

flags = _ast.PyCF_ONLY_AST | _ast.PyCF_TYPE_COMMENTS

def body(source):
    return compile(source, '?', 'exec', flags).body[0]

print(body('x = []  # type: list[int]').type_comment)             # expect: list[int]
print(body('for x in y:  #type:int\n  pass').type_comment)        # expect: int
print(body('with (a as b):  # type: B\n  pass').type_comment)     # expect: B
print(body('def f(a):\n  # type: (A) -> B\n  pass').type_comment) # expect: (A) -> B
f = body('def f(\n  a,  # type: A\n  b=1  # type: B\n): pass')
print([arg.type_comment for arg in f.args.args])                  # expect: ['A', 'B']
tree = compile('x = 1  # type: ignore[why]\n', '?', 'exec', flags)
print(tree.type_ignores, tree.type_ignores[0].lineno)             # expect: [TypeIgnore(lineno=1, tag='[why]')] 1
print(compile('pass  # type: int', '?', 'exec', _ast.PyCF_ONLY_AST).body)  # expect: [Pass()]
compile('pass  # type: int', '?', 'exec', flags)                  # error: SyntaxError: invalid syntax (?, line 1)
