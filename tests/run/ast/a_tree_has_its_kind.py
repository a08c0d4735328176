# compile() takes a tree of the mode's kind only, and what it gives back is a checked copy.
import _ast

tree = compile("(int) -> str", "?", "func_type", _ast.PyCF_ONLY_AST)
copy = compile(tree, "?", "func_type", _ast.PyCF_ONLY_AST)
print(copy is tree, copy.returns)                                      # expect: False Name(id='str', ctx=Load())
for node, mode in [(tree, "exec"), (_ast.Constant(1), "func_type"), (_ast.Module([None], []), "exec")]:
    try:
        compile(node, "?", mode, _ast.PyCF_ONLY_AST)
    except (TypeError, ValueError) as error:
        print(error)
# expect: expected Module node, got FunctionType
# expect: expected FunctionType node, got Constant
# expect: None disallowed in statement list
