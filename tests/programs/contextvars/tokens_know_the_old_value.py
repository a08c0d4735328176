import contextvars

variable = contextvars.ContextVar("variable")
first, second = variable.set(1), variable.set(2)
print(first.old_value, second.old_value, first.old_value is contextvars.Token.MISSING)  # expect: <Token.MISSING> 1 True
print(type(contextvars.Token.MISSING).__name__)  # expect: MISSING


class Unhashable(str):
    __hash__ = None


try:
    contextvars.ContextVar(Unhashable("name"))
except TypeError as error:
    print(error)  # expect: unhashable type: 'Unhashable'
