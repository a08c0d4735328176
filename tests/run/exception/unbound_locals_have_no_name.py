# A NameError knows the name, an UnboundLocalError does not.
def f():
    x += 1

def g():
    return missing

for function in f, g:
    try:
        function()
    except NameError as error:
        print(type(error).__name__, error.name)
# expect: UnboundLocalError None
# expect: NameError missing
