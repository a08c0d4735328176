import functools

partial = functools.partial(print)
arguments = (1, 2)
partial.__setstate__((print, arguments, {}, {"a": 1}))
print(partial.args is arguments, partial.__dict__)  # expect: True {'a': 1}
for state in ((print, (), {}, ()), (print, (), [], None), (print, (), {})):
    try:
        partial.__setstate__(state)
    except TypeError as error:
        print(error)  # expect: invalid partial state | invalid partial state | invalid partial state
