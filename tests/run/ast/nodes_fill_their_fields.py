# A node takes fields by position and by keyword; optional ones, lists and contexts have defaults.
import _ast

print(_ast.Name('x'))                            # expect: Name(id='x', ctx=Load())
print(_ast.Return())                             # expect: Return(value=None)
print(_ast.Call(_ast.Name('f')).__dict__)        # expect: {'func': Name(id='f', ctx=Load()), 'args': [], 'keywords': []}
print(_ast.Constant(1, kind='u', lineno=3).lineno)     # expect: 3
print(_ast.BinOp._fields, _ast.BinOp.__match_args__)   # expect: ('left', 'op', 'right') ('left', 'op', 'right')
print(_ast.stmt._attributes)                     # expect: ('lineno', 'col_offset', 'end_lineno', 'end_col_offset')
print(_ast.Dict.__doc__, _ast.Pass.__doc__)      # expect: Dict(expr?* keys, expr* values) Pass
print(_ast.Assign._field_types)                  # expect: {'targets': list[ast.expr], 'value': <class 'ast.expr'>, 'type_comment': str | None}
for wrong in [lambda: _ast.Name('x', None, 1), lambda: _ast.Name('x', id='y'), lambda: _ast.AST(1)]:
    try:
        wrong()
    except TypeError as error:
        print(error)
# expect: Name constructor takes at most 2 positional arguments
# expect: Name got multiple values for argument 'id'
# expect: AST constructor takes at most 0 positional arguments
