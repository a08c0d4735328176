"""Show values in rich forms: MIME bundles from `_repr_*_` methods, and the functions that notebooks use.

The protocol is IPython's: `_repr_html_` and its siblings return the data, or the data and metadata; `_repr_mimebundle_`
returns a dict of them; `_ipython_display_` shows the object itself.
"""

METHODS = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
    "_repr_javascript_": "application/javascript",
    "_repr_pdf_": "application/pdf",
}

_publisher = None
_clear = None


def set_publisher(publisher, clear):
    """Let `publisher(data, metadata, transient, update)` show what `display` is given, and `clear(wait)` clear it."""
    global _publisher, _clear
    _publisher, _clear = publisher, clear


def _call(value, name):
    """Call a display method of a value's class; return None if there is none, or it fails or declines."""
    if isinstance(value, type):
        return None
    method = getattr(value, name, None)
    if method is None or not callable(method):
        return None
    try:
        return method()
    except NotImplementedError:
        return None
    except Exception:
        import sys

        sys.excepthook(*sys.exc_info())
        return None


def mime_bundle(value, include=None, exclude=None):
    """Return (data, metadata) for a value; `text/plain` is always there."""
    data, metadata = {}, {}
    method = None if isinstance(value, type) else getattr(value, "_repr_mimebundle_", None)
    if callable(method):
        try:
            bundle = method(include=include, exclude=exclude)
        except Exception:
            import sys

            sys.excepthook(*sys.exc_info())
            bundle = None
        if isinstance(bundle, tuple):
            bundle, metadata = bundle[0], dict(bundle[1])
        if bundle:
            data.update(bundle)
    for name, mime in METHODS.items():
        if mime in data:
            continue
        result = _call(value, name)
        if result is None:
            continue
        if isinstance(result, tuple) and len(result) == 2:
            result, metadata[mime] = result
        data[mime] = result
    if "text/plain" not in data:
        data["text/plain"] = plain(value)
    return {mime: encode(mime, item) for mime, item in data.items()}, metadata


def encode(mime, item):
    """Make an item fit for JSON: bytes as base64."""
    if isinstance(item, (bytes, bytearray, memoryview)):
        import base64

        return base64.b64encode(bytes(item)).decode("ascii")
    return item


def plain(value):
    """Return a value's text: its repr, laid out over several lines when it is long."""
    method = None if isinstance(value, type) else getattr(value, "_repr_pretty_", None)
    if callable(method):
        printer = _Printer()
        try:
            method(printer, False)
        except Exception:
            # An object that cannot use this printer is shown by its repr.
            return repr(value)
        return printer.text()
    text = repr(value)
    if len(text) > 79 and type(value) in (dict, list, tuple, set, frozenset):
        import pprint

        return pprint.pformat(value, width=79, compact=True, sort_dicts=False)
    return text


class _Printer:
    """The part of IPython's pretty printer that `_repr_pretty_` methods use most."""

    def __init__(self):
        self._parts = []

    def text(self, text=None):
        if text is None:
            return "".join(self._parts)
        self._parts.append(text)

    def pretty(self, value):
        self._parts.append(plain(value))

    def breakable(self, separator=" "):
        self._parts.append(separator)

    def begin_group(self, indent=0, open=""):
        self._parts.append(open)

    def end_group(self, dedent=0, close=""):
        self._parts.append(close)


class DisplayHandle:
    """A display that can be changed later."""

    def __init__(self, display_id):
        self.display_id = display_id

    def display(self, value, **options):
        display(value, display_id=self.display_id, **options)

    def update(self, value, **options):
        display(value, display_id=self.display_id, update=True, **options)


def display(*values, include=None, exclude=None, metadata=None, transient=None, display_id=None, raw=False,
            clear=False, update=False):
    """Show values in the front-end; in a terminal, print their text."""
    if display_id is True:
        import uuid

        display_id = uuid.uuid4().hex
    transient = dict(transient or {})
    if display_id:
        transient["display_id"] = display_id
    for value in values:
        if raw:
            data, found = dict(value), {}
        else:
            own = None if isinstance(value, type) else getattr(value, "_ipython_display_", None)
            if callable(own):
                own()
                continue
            data, found = mime_bundle(value, include, exclude)
        found.update(metadata or {})
        if _publisher is None:
            print(data.get("text/plain", ""))
        else:
            _publisher(data, found, transient, update)
    return DisplayHandle(display_id) if display_id else None


def update_display(value, *, display_id, **options):
    """Replace what was shown with this `display_id`."""
    display(value, display_id=display_id, update=True, **options)


def publish_display_data(data, metadata=None, *, transient=None, update=False, **options):
    """Show data that is a dict of MIME types already."""
    display(data, metadata=metadata, transient=transient, update=update, raw=True)


def clear_output(wait=False):
    """Clear what the cell has shown; `wait` for the next output to do so."""
    if _clear is not None:
        _clear(wait)
    else:
        print("\033[2K\r", end="", flush=True)
