# Type parameters and aliases of the statements, and what is computed only when it is asked for.
def f[T: int, *Ts, **P](x: T):
    pass


T, Ts, P = f.__type_params__
print(T, Ts, P, T.__bound__, T.__infer_variance__, T.__constraints__, T.has_default())  # expect: T Ts P <class 'int'> True () False
print(T.__module__, T.__reduce__(), [T.evaluate_bound(1)], T.evaluate_default)  # expect: typing T [<class 'int'>] None


def g[T: (int, str) = int, *Ts = *tuple[int], **P = [int]]():
    pass


for param in g.__type_params__:
    print(param.__default__, param.has_default())  # expect: <class 'int'> True | *tuple[int] True | [<class 'int'>] True
print(g.__type_params__[0].__constraints__)  # expect: (<class 'int'>, <class 'str'>)
type Alias[T] = list[T] | None
print(Alias, Alias.__type_params__, Alias.__value__, Alias[int], Alias.__module__)  # expect: Alias (T,) list[T] | None Alias[int] __main__
type Late = missing
try:
    Late.__value__
except NameError as error:
    print(error)  # expect: name 'missing' is not defined
print(type(T), type(Alias), type(T).__module__)  # expect: <class 'typing.TypeVar'> <class 'typing.TypeAliasType'> typing
