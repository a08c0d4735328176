# Exceptions remember what they came from; groups are split by except*.
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise KeyError("k") from error
except KeyError as error:
    print(repr(error), repr(error.__cause__), error.__suppress_context__)  # expect: KeyError('k') ZeroDivisionError('division by zero') True

try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [ValueError(3)])])
except* ValueError as group:
    print(repr(group))  # expect: ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [ValueError(3)])])
except* TypeError as group:
    print(repr(group))  # expect: ExceptionGroup('g', [TypeError(2)])


def order():
    try:
        return "body"
    finally:
        print("finally")  # expect: finally


print(order())  # expect: body
error = ValueError("x")
error.add_note("note")
print(error.__notes__)  # expect: ['note']
raise error  # error: ValueError: x
