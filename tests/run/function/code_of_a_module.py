# A function made of a module's code has the globals as its variables.
namespace = {'print': print}
make = type(lambda: 0)
function = make(compile('a = 1\nprint(a)', 'file', 'exec'), namespace)
function()                  # expect: 1
print(namespace['a'])       # expect: 1
print(make(compile('a + 1', 'file', 'eval'), namespace)())      # expect: 2
