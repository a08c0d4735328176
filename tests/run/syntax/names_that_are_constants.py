# A name whose normal form is a constant is an error of its own, before any other.
def refuse(source, mode="exec"):
    try:
        compile(source, "?", mode)
    except (SyntaxError, ValueError) as error:
        return error
    return "taken"

for source in "Tru\u1d49", "x.Fal\u017fe", "import a.N\xbane", "def f(Tru\u1d49): pass", "Tru\u1d49 1", "x = (\nTru\u1d49":
    print(repr(refuse(source)))
# expect: ValueError("identifier field can't represent 'True' constant")
# expect: ValueError("identifier field can't represent 'False' constant")
# expect: ValueError("identifier field can't represent 'None' constant")
# expect: ValueError("identifier field can't represent 'True' constant")
# expect: ValueError("identifier field can't represent 'True' constant")
# expect: ValueError("identifier field can't represent 'True' constant")
print(refuse("1 1; Tru\u1d49").msg)      # expect: invalid syntax
print(refuse("'Tru\u1d49'"))             # expect: taken
