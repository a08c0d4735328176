print((int | str) | 'float')  # expect: int | str | ForwardRef('float')
print('float' | (int | str))  # expect: ForwardRef('float') | int | str
try:
    int | 'float'
except TypeError as error:
    print(error)  # expect: unsupported operand type(s) for |: 'type' and 'str'
import copy, pickle
star = next(iter(tuple[int]))
print(copy.deepcopy(star) == star, pickle.loads(pickle.dumps(star)) == star)  # expect: True True
iterator = iter(tuple[int])
print(type(iterator).__name__, iterator.__reduce__()[1])  # expect: generic_alias_iterator (tuple[int],)
print(list(iterator), list(iterator), iterator.__reduce__()[1])  # expect: [*tuple[int]] [] ((),)
print({'__copy__', '__deepcopy__'} & set(dir(list[int])))  # expect: set()
import typing
T, U = typing.TypeVar('T'), typing.TypeVar('U')
class Two(typing.Generic[T, U]):
    pass
for few in lambda: Two[int], lambda: dict[T, U][int], lambda: (list[T] | set[U])[int]:
    try:
        few()
    except TypeError as error:
        print(str(error).split('; ')[1])  # expect: actual 1, expected at least 2 | actual 1, expected at least 2 | actual 1, expected at least 2
# expect: actual 1, expected at least 2
# expect: actual 1, expected at least 2
# expect: actual 1, expected at least 2
import contextvars, os
print(os.DirEntry[str], contextvars.ContextVar[int], contextvars.Token[int])  # expect: posix.DirEntry[str] _contextvars.ContextVar[int] _contextvars.Token[int]
# expect: posix.DirEntry[str] _contextvars.ContextVar[int] _contextvars.Token[int]
