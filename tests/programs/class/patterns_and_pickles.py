# Classes from templates, collections and typing in patterns and pickles.
import __main__, collections, pickle, typing
from string.templatelib import Interpolation
print(Interpolation.__match_args__)  # expect: ('value', 'expression', 'conversion', 'format_spec')
name = 'World'
match t'{name!r:>9}'.interpolations[0]:
    case Interpolation(value, expression, conversion, spec):
        print(value, expression, conversion, spec)  # expect: World name r >9
class Both(collections.UserDict, collections.abc.Sequence):
    pass
match Both():
    case [*_]:
        print('sequence')
    case {}:
        print('mapping')  # expect: mapping
T = typing.TypeVar('T')
class Node(typing.Generic[T]):
    pass
__main__.Node = Node  # where pickle looks for it
for protocol in 0, 1, 2:
    print(type(pickle.loads(pickle.dumps(Node[int](), protocol))).__name__)  # expect: Node | Node | Node
space = {}
exec('import typing\nT = typing.TypeVar("T")', space)
print(space['T'].__module__)  # expect: None
