# repr() goes three nodes deep, and shows the first and last item of a list.
import _ast

source = 'def f(a, b, c): return [x for x in y if z]'
print(compile(source, '?', 'exec', _ast.PyCF_ONLY_AST).body[0].args)
# expect: arguments(posonlyargs=[], args=[arg(arg='a', annotation=None, type_comment=None), ..., arg(arg='c', annotation=None, type_comment=None)], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[])
print(compile('a + b * c', '?', 'eval', _ast.PyCF_ONLY_AST))
# expect: Expression(body=BinOp(left=Name(id='a', ctx=Load(...)), op=Add(), right=BinOp(left=Name(...), op=Mult(...), right=Name(...))))
loop = _ast.List([])
loop.elts.append(loop)
print(loop)                                      # expect: List(elts=[List(...)], ctx=Load())
