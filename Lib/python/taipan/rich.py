"""Values that are data of one MIME type: text, pictures, documents inside documents.

Their names and arguments are those of `IPython.display`, where notebooks import them from.
"""

import html
import os


class DisplayObject:
    """Data, or where to read it from."""

    mime = "text/plain"
    mode = "r"

    def __init__(self, data=None, url=None, filename=None, metadata=None):
        if isinstance(data, os.PathLike):
            data = os.fspath(data)
        if isinstance(data, str) and data.startswith(("http://", "https://")) and url is None:
            data, url = None, data
        self.data, self.url = data, url
        self.filename = None if filename is None else os.fspath(filename)
        self.metadata = metadata or {}
        self.reload()

    def reload(self):
        """Read the data again from the file or the address."""
        if self.filename is not None:
            encoding = None if "b" in self.mode else "utf-8"
            with open(self.filename, self.mode, encoding=encoding) as file:
                self.data = file.read()
        elif self.url is not None:
            from urllib.request import urlopen

            with urlopen(self.url) as response:
                content = response.read()
            self.data = content if "b" in self.mode else content.decode("utf-8", "replace")

    def __repr__(self):
        return f"<{type(self).__module__}.{type(self).__qualname__} object>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {self.mime: self.data}
        if self.metadata:
            return data, {self.mime: self.metadata}
        return data


class TextDisplayObject(DisplayObject):
    """Data that is text."""


class Pretty(TextDisplayObject):
    """Text shown as it is."""


class HTML(TextDisplayObject):
    """A piece of HTML."""

    mime = "text/html"

    def _repr_html_(self):
        return self.data

    def __html__(self):
        return self.data


class Markdown(TextDisplayObject):
    """A piece of Markdown."""

    mime = "text/markdown"

    def _repr_markdown_(self):
        return self.data


class Latex(TextDisplayObject):
    """A piece of LaTeX."""

    mime = "text/latex"

    def _repr_latex_(self):
        return self.data


class Math(Latex):
    """A formula of LaTeX without its dollar signs."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: self._repr_latex_()}

    def _repr_latex_(self):
        return f"$\\displaystyle {self.data.strip('$')}$"


class SVG(TextDisplayObject):
    """A drawing."""

    mime = "image/svg+xml"

    def _repr_svg_(self):
        return self.data


class JSON(DisplayObject):
    """A value that frontends show as a tree."""

    mime = "application/json"

    def __init__(self, data=None, url=None, filename=None, expanded=False, metadata=None, root="root", **options):
        super().__init__(data, url, filename, {"expanded": expanded, "root": root, **(metadata or {}), **options})
        if isinstance(self.data, str):
            import json

            self.data = json.loads(self.data)

    def _repr_json_(self):
        return self.data, self.metadata


class Javascript(TextDisplayObject):
    """A script that frontends run."""

    mime = "application/javascript"

    def _repr_javascript_(self):
        return self.data


class Code(TextDisplayObject):
    """A piece of source text."""

    def __init__(self, data=None, url=None, filename=None, language=None):
        self.language = language
        super().__init__(data, url, filename)

    def __repr__(self):
        return self.data

    def _repr_mimebundle_(self, include=None, exclude=None):
        fence = f"```{self.language or 'python'}"
        return {"text/plain": self.data, "text/markdown": f"{fence}\n{self.data}\n```"}


_IMAGES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_MAGIC = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"GIF8", "gif"), (b"RIFF", "webp"))


class Image(DisplayObject):
    """A picture, as bytes, from a file or by its address."""

    mode = "rb"

    def __init__(self, data=None, url=None, filename=None, format=None, embed=None, width=None, height=None,
                 retina=False, unconfined=False, metadata=None, alt=None):
        name = next((str(n) for n in (filename, url, data) if isinstance(n, (str, os.PathLike))), "")
        if isinstance(data, os.PathLike) or isinstance(data, str) and not data.startswith(("http://", "https://")):
            data, filename = None, data
        elif isinstance(data, str):
            data, url = None, data
        self.embed = embed if embed is not None else url is None
        super().__init__(data, url, filename, metadata)
        self.width, self.height, self.alt = width, height, alt
        self.format = self._format(format, name)

    def _format(self, given, name):
        if given is None and isinstance(self.data, bytes):
            given = next((kind for start, kind in _MAGIC if self.data.startswith(start)), None)
        if given is None:
            given = name.rpartition(".")[2].lower() or "png"
        given = "jpeg" if given == "jpg" else given.lower()
        if self.embed and given not in _IMAGES:
            raise ValueError(f"Cannot embed the '{given}' image format")
        return given

    def reload(self):
        if self.embed:
            super().reload()

    def _repr_mimebundle_(self, include=None, exclude=None):
        sizes = {"width": self.width, "height": self.height}
        sizes = {name: value for name, value in sizes.items() if value}
        if not self.embed:
            attributes = "".join(f' {name}="{value}"' for name, value in sizes.items())
            alt = f' alt="{html.escape(self.alt)}"' if self.alt else ""
            return {"text/html": f'<img src="{self.url}"{attributes}{alt}/>'}
        mime = _IMAGES[self.format]
        metadata = {**self.metadata, **sizes, **({"alt": self.alt} if self.alt else {})}
        return ({mime: self.data}, {mime: metadata}) if metadata else {mime: self.data}


class IFrame:
    """Another document inside this one."""

    def __init__(self, src, width, height, extras=None, **parameters):
        self.src, self.width, self.height = src, width, height
        self.extras, self.parameters = extras or [], parameters

    def _repr_html_(self):
        query = ""
        if self.parameters:
            from urllib.parse import urlencode

            query = "?" + urlencode(self.parameters)
        extras = " ".join(self.extras)
        return (
            f'<iframe width="{self.width}" height="{self.height}" src="{self.src}{query}" frameborder="0" '
            f"allowfullscreen {extras}></iframe>"
        )
