# An argument that learns to be a parameter too late, and arguments that nest too deep.
import types


class Parameter:
    def __repr__(self):
        return 'P'


first, late = Parameter(), Parameter()
first.__typing_subst__ = lambda value: value
alias = types.GenericAlias(dict, (first, late))
print(alias.__parameters__)  # expect: (P,)
late.__typing_subst__ = lambda value: value
try:
    alias[0]
except TypeError as error:
    print(error)  # expect: argument P with __typing_subst__ was not found in __parameters__

deep = [0]
for _ in range(500_000):
    deep = [deep]
try:
    list[deep].__parameters__
except RecursionError as error:
    print(str(error).partition(' in ')[2])  # expect: __parameter__ calculation
