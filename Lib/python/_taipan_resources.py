"""Data files of the library inside the binary, for importlib.resources."""

import io
from importlib.resources.abc import Traversable, TraversableResources

import _taipan_library as _library


class LibraryReader(TraversableResources):
    """The resources of one package."""

    def __init__(self, folder):
        self._folder = folder

    def files(self):
        return LibraryPath(self._folder)


class LibraryPath(Traversable):
    """A file or folder of the library."""

    def __init__(self, path):
        self._path = path

    def __repr__(self):
        return f'{type(self).__name__}({str(self)!r})'

    def __str__(self):
        return f'{_library.root}/{self._path}'

    def __eq__(self, other):
        return isinstance(other, LibraryPath) and self._path == other._path

    def __hash__(self):
        return hash(self._path)

    @property
    def name(self):
        return self._path.rpartition('/')[2]

    def iterdir(self):
        names = _library.listdir(self._path)
        if names is None:
            raise NotADirectoryError(20, 'Not a directory', str(self))
        for name in names:
            yield self / name.rstrip('/')

    def is_dir(self):
        return _library.listdir(self._path) is not None

    def is_file(self):
        return _library.is_file(self._path)

    def joinpath(self, *descendants):
        parts = [part for part in self._path.split('/') if part]
        for descendant in descendants:
            for part in str(descendant).split('/'):
                if part == '..':
                    del parts[-1:]
                elif part and part != '.':
                    parts.append(part)
        return LibraryPath('/'.join(parts))

    def read_bytes(self):
        content = _library.content(self._path)
        if content is None:
            raise FileNotFoundError(2, 'No such file or directory', str(self))
        return content

    def open(self, mode='r', *args, **kwargs):
        stream = io.BytesIO(self.read_bytes())
        if 'b' in mode:
            return stream
        return io.TextIOWrapper(stream, *args, **kwargs)
