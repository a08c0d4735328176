# _feature_version makes syntax that came later an error.
import _ast

def parse(source, minor):
    return compile(source, '?', 'exec', _ast.PyCF_ONLY_AST, _feature_version=minor).body

print(parse('(x := 1)', 8))              # expect: [Expr(value=NamedExpr(target=Name(id='x', ctx=Store(...)), value=Constant(value=1, kind=None)))]
for source, minor in [('(x := 1)', 7), ('match x:\n  case 1: pass', 9), ('1_000', 5), ('def f(a, /): pass', 7)]:
    try:
        parse(source, minor)
    except SyntaxError as error:
        print(error.msg)
# expect: Assignment expressions are only supported in Python 3.8 and greater
# expect: Pattern matching is only supported in Python 3.10 and greater
# expect: Underscores in numeric literals are only supported in Python 3.6 and greater
# expect: Positional-only parameters are only supported in Python 3.8 and greater
