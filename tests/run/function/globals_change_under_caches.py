# Cached globals and builtins notice new keys, new values and deleted keys.
x = 1
def get():
    return x
for i in range(10):
    get()
print(get())            # expect: 1
x = 2
print(get())            # expect: 2
y = 5
print(get())            # expect: 2
def count(items):
    return len(items)
for i in range(10):
    count([])
print(count([1, 2]))    # expect: 2
def len(items):
    return 'mine'
print(count([1, 2]))    # expect: mine
del len
print(count([1, 2]))    # expect: 2
def keyword(*, a, b=2): return a, b
try:
    keyword(**{'a': 1}, **{'c': [2]})
except TypeError as e:
    print(e)            # expect: keyword() got an unexpected keyword argument 'c'
del x
get()                   # error: NameError: name 'x' is not defined
