# A tree that no source has is an error, told by its first defect.
import _ast

def at(node):
    node.lineno = node.end_lineno = 1
    node.col_offset = node.end_col_offset = 0
    return node

def refused(tree, mode='exec'):
    try:
        compile(tree, '?', mode)
    except (TypeError, ValueError) as error:
        print(f'{type(error).__name__}: {error}')

x = at(_ast.Name('x'))
refused(_ast.Expression(x))                                # expect: TypeError: expected Module node, got Expression
refused(_ast.Expression(_ast.Name('x')), 'eval')           # expect: TypeError: required field "lineno" missing from expr
refused(_ast.Expression(at(_ast.Name(1))), 'eval')         # expect: TypeError: AST identifier must be of type str
refused(_ast.Expression(at(_ast.Name('None'))), 'eval')    # expect: ValueError: identifier field can't represent 'None' constant
refused(_ast.Expression(at(_ast.Pass())), 'eval')          # expect: TypeError: expected some sort of expr, but got Pass()
refused(_ast.Expression(at(_ast.Constant([]))), 'eval')    # expect: TypeError: got an invalid type in Constant: list
refused(_ast.Expression(at(_ast.Attribute(None, 'a'))), 'eval')  # expect: ValueError: field 'value' is required for Attribute
refused(_ast.Module('x'))                                  # expect: TypeError: Module field "body" must be a list, not a str
refused(_ast.Module([None]))                               # expect: ValueError: None disallowed in statement list
refused(_ast.Module([at(_ast.If(x))]))                     # expect: ValueError: empty body on If
refused(_ast.Module([at(_ast.Delete([x]))]))               # expect: ValueError: expression must have Del context but has Load instead
refused(_ast.Module([at(_ast.Assign([at(_ast.Constant(1))], x))]))  # expect: ValueError: expression which can't be assigned to in Store context
refused(_ast.Module([at(_ast.Expr(at(_ast.Dict([x]))))]))  # expect: ValueError: Dict doesn't have the same number of keys as values
