# Code objects that a program makes may have any objects as constants.
import marshal

class Unhashable:
    __hash__ = None

class MyInt(int):
    pass

one, other = MyInt(1), Unhashable()
code = compile("a = 1", "<string>", "exec")
made = code.replace(co_consts=(1, other, one, [2]))
print(made.co_consts[1] is other, type(made.co_consts[2]).__name__, made.co_consts[3])  # expect: True MyInt [2]
for call in (lambda: hash(made), lambda: marshal.dumps(made), lambda: marshal.dumps((code.replace(co_consts=(frozenset([int]),)), 1))):
    try:
        call()
    except (TypeError, ValueError) as error:
        print(error)
# expect: unhashable type: 'Unhashable'
# expect: unmarshallable object
# expect: unmarshallable object

# Such constants are only equal to themselves.
print(code.replace(co_consts=(one,)) == code.replace(co_consts=(one,)))  # expect: True
print(code.replace(co_consts=(one,)) == code.replace(co_consts=(MyInt(1),)))  # expect: False
print(code.replace(co_consts=code.co_consts) == code, code.replace(co_consts=(1.0, None)) == code)  # expect: True False

def f():
    return "constant"

given = f.__code__.replace(co_consts=(other, one, [3]))
f.__code__ = given.replace(co_code=given.co_code)
print(f.__code__.co_consts is given.co_consts, f() is f.__code__.co_consts[0])  # expect: True True

table = bytes(bytearray(given.co_linetable))
names = ("x y", "z")
again = given.replace(co_linetable=table, co_names=names)
print(again.co_linetable is table, again.co_names == names, again.co_exceptiontable is given.co_exceptiontable)  # expect: True True True
