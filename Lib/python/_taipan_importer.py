"""Finds the modules of the standard library that is inside the binary.

The library seems to lie in a folder of the file system, sys._stdlib_dir; LibraryFinder is the path entry finder for that
folder and those below. Whoever asks a module for its source, its data or its neighbours gets them through its loader, as
for a module in a zip file. If there is a real folder of that name with a library in it, nothing of this is used. A real
folder with other modules in it adds them to the library, so a package like CPython's `test` can be put there.
"""

import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _external
import _io
import _taipan_library as _library


def _below_root(path):
    """The path below the library's root, or None."""
    root = _library.root
    if root is None or not isinstance(path, str):
        return None
    if path == root:
        return ''
    if path.startswith(root + '/'):
        return path[len(root) + 1:].rstrip('/')
    return None


def is_file(path):
    """Whether there is a file of the library, or a real one."""
    below = _below_root(path)
    return bool(below) and _library.is_file(below) or _external._path_isfile(path)


def source_of(path):
    """The source text of a file of the library, or None."""
    below = _below_root(path)
    content = None if below is None else _library.content(below)
    return None if content is None else _external.decode_source(content)


def open_bytes(path, mode):
    """A file of the library or a real one; the mode is always 'rb'."""
    below = _below_root(path)
    content = None if below is None else _library.content(below)
    return _io.open(path, mode) if content is None else _io.BytesIO(content)


class LibraryFinder:
    """Finds modules in one folder of the library."""

    def __init__(self, path):
        folder = _below_root(path)
        if folder is None or folder and _library.listdir(folder) is None:
            raise ImportError('not a folder of the library', path=path)
        self.path = path
        self._prefix = folder + '/' if folder else ''
        self._real = None

    def _beside(self):
        """The finder of a real folder of the same name."""
        if self._real is None:
            self._real = _external.FileFinder(self.path, *_external._get_supported_file_loaders())
        return self._real

    def __repr__(self):
        return f'{type(self).__name__}({self.path!r})'

    def find_spec(self, fullname, target=None):
        """The spec of a module, or None."""
        tail = fullname.rpartition('.')[2]
        if not tail:
            return None
        base = self._prefix + tail
        if _library.is_file(base + '/__init__.py'):
            path, locations = base + '/__init__.py', [f'{_library.root}/{base}']
        elif _library.is_file(base + '.py'):
            path, locations = base + '.py', None
        elif _library.listdir(base) is not None:
            spec = _bootstrap.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [f'{_library.root}/{base}']
            return spec
        else:
            return self._beside().find_spec(fullname, target)
        loader = LibraryLoader(fullname, path)
        spec = _bootstrap.ModuleSpec(fullname, loader, origin=loader.path, is_package=locations is not None)
        spec.has_location = True
        if locations is not None:
            spec.submodule_search_locations = locations
        return spec

    def invalidate_caches(self):
        """The library does not change; a folder beside it can."""
        if self._real is not None:
            self._real.invalidate_caches()

    def iter_modules(self, prefix=''):
        """Names of the modules here, for pkgutil."""
        for name in _library.listdir(self._prefix.rstrip('/')) or ():
            if name.endswith('/'):
                if _library.is_file(f'{self._prefix}{name}__init__.py'):
                    yield prefix + name[:-1], True
            elif name.endswith('.py') and name != '__init__.py':
                yield prefix + name[:-3], False
        from pkgutil import iter_importer_modules
        yield from iter_importer_modules(self._beside(), prefix)


# CPython has these inside its binary, and that is what tracebacks say of them.
_FROZEN = frozenset((
    'zipimport', 'abc', 'codecs', 'io', '_collections_abc', '_sitebuiltins', 'genericpath', 'ntpath', 'posixpath',
    'os', 'site', 'stat', 'importlib.util', 'importlib.machinery', 'runpy',
))


class LibraryLoader:
    """Loads one module of the library."""

    def __init__(self, fullname, path):
        self.name = fullname
        self._path = path
        self.path = f'{_library.root}/{path}'

    def __repr__(self):
        return f'{type(self).__name__}({self.name!r}, {self.path!r})'

    def __eq__(self, other):
        return type(self) is type(other) and (self.name, self.path) == (other.name, other.path)

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def create_module(self, spec):
        """Modules are made as usual."""

    def exec_module(self, module):
        """Runs the module's code."""
        code = self.get_code(module.__name__)
        _bootstrap._call_with_frames_removed(exec, code, module.__dict__)

    def load_module(self, fullname):
        """Loads the module the old way."""
        return _bootstrap._load_module_shim(self, fullname)

    def get_code(self, fullname=None):
        """The module's code object."""
        filename = f'<frozen {self.name}>' if self.name in _FROZEN else self.path
        code = _library.code(self._path, filename)
        if code is None:
            raise ImportError(f'the library has no code of {self.path!r}', name=self.name, path=self.path)
        return code

    def get_source(self, fullname=None):
        """The module's source text."""
        return _external.decode_source(_library.content(self._path))

    def get_filename(self, fullname=None):
        """Where the source seems to be."""
        return self.path

    def is_package(self, fullname=None):
        """Whether the module is a package."""
        return self._path.endswith('__init__.py')

    def get_data(self, path):
        """The bytes of a file of the library."""
        below = _below_root(path)
        content = None if below is None else _library.content(below)
        if content is None:
            raise FileNotFoundError(2, 'No such file or directory', path)
        return content

    def get_resource_reader(self, module):
        """The package's data, for importlib.resources."""
        from _taipan_resources import LibraryReader
        return LibraryReader(self._path.rpartition('/')[0])


# Debuggers that step over importlib step over this.
__name__ = 'importlib._taipan_importer'
