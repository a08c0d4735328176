# The source line of a warning may come from the loader of the module whose globals are passed.
import warnings
from importlib.machinery import ModuleSpec


class Loader:
    def __init__(self, source):
        self.source = source

    def get_source(self, name):
        return self.source and f'{self.source}\n  # {name}\n'


shown = []
warnings._showwarnmsg = lambda message: shown.append(message.line)
warnings.simplefilter('always')
for source in 'x = 1', None:
    module = {'__name__': 'other', '__spec__': ModuleSpec('m', Loader(source))}
    for lineno in 1, 2, 3:
        warnings.warn_explicit('text', UserWarning, 'nowhere', lineno, module_globals=module)
print(shown)  # expect: ['x = 1', '  # m', None, None, None, None]
try:
    module = {'__name__': 'm', '__spec__': ModuleSpec('m', Loader(5)), '__loader__': None}
    module['__spec__'].loader.get_source = lambda name: 5
    warnings.warn_explicit('text', UserWarning, 'nowhere', 1, module_globals=module)
except TypeError as error:
    print(error)  # expect: must be str, not int
