import contextvars

variable = contextvars.ContextVar("variable")
variable.set([1])
one, other = contextvars.copy_context(), contextvars.copy_context()
print(one == other, one != other, one == 1, one == contextvars.Context())  # expect: True False False False
other.run(variable.set, [1])
print(one == other)  # expect: True
other.run(variable.set, [2])
print(one == other)  # expect: False
for action in (lambda: hash(one), lambda: one < other, lambda: contextvars.Context(1)):
    try:
        action()
    except TypeError as error:
        print(error)  # expect: unhashable type: '_contextvars.Context' | '<' not supported between instances of '_contextvars.Context' and '_contextvars.Context' | Context() does not accept any arguments
