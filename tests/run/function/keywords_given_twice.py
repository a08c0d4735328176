# What two mappings give is reported before it is looked at whether it is a name.
def f(**keywords): return keywords
try:
    f(**{1: 3}, **{1: 5})
except TypeError as error:
    print(error)    # expect: __main__.f() got multiple values for keyword argument '1'
f(**{1: 3})         # error: TypeError: keywords must be strings
