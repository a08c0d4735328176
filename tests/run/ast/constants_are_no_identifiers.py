# A tree must not name what it defines or imports like a constant.
import _ast

def refuse(source, change):
    tree = compile(source, "?", "exec", _ast.PyCF_ONLY_AST)
    change(tree.body[0])
    try:
        compile(tree, "?", "exec")
    except ValueError as error:
        return error
    return "taken"

def name(node):
    node.name = "True"

def alias(node):
    node.names[0].name = "None"

def asname(node):
    node.names[0].asname = "False"

def handler(node):
    node.handlers[0].name = "True"

print(refuse("def f(): pass", name))                      # expect: identifier field can't represent 'True' constant
print(refuse("class C: pass", name))                      # expect: identifier field can't represent 'True' constant
print(refuse("import a", alias))                          # expect: identifier field can't represent 'None' constant
print(refuse("from a import b", asname))                  # expect: identifier field can't represent 'False' constant
print(refuse("try: pass\nexcept E: pass", handler))       # expect: identifier field can't represent 'True' constant
print(refuse("try: pass\nexcept* E: pass", handler))      # expect: taken
