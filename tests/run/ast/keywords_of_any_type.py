# Nodes look at the names of keyword arguments themselves, which need not be strings.
import _ast

class Name:
    def __hash__(self):
        return hash("id")
    def __eq__(self, other):
        return other == "id"
    def __repr__(self):
        return "Name()"

def refuse(call):
    try:
        print(call())
    except TypeError as error:
        print(error)

refuse(lambda: _ast.Name("x", **{Name(): "y"}))               # expect: Name got multiple values for argument Name()
refuse(lambda: _ast.Name("x").__replace__(**{1: "y"}))        # expect: Name.__replace__ got an unexpected keyword argument 1.
refuse(lambda: _ast.Name("x").__replace__(**{Name(): "y"}))   # expect: Name(id='y', ctx=Load())
refuse(lambda: print(**{1: "y"}))                             # expect: keywords must be strings

class Own(_ast.Name):
    def __init__(self, **fields):
        pass

refuse(lambda: Own(**{1: "y"}))                               # expect: keywords must be strings
