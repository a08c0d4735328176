"""Let programs written for notebooks find `IPython.display` where IPython is not the shell.

`IPython` and its modules that concern display are ours in a kernel; other submodules are those of the installed package,
if there is one.
"""

from taipan import display, rich

_DISPLAY = {
    **{name: getattr(display, name) for name in (
        "DisplayHandle", "clear_output", "display", "publish_display_data", "update_display",
    )},
    **{name: getattr(rich, name) for name in (
        "Code", "DisplayObject", "HTML", "IFrame", "Image", "JSON", "Javascript", "Latex", "Markdown", "Math", "Pretty",
        "SVG", "TextDisplayObject",
    )},
}


def get_ipython():
    """Return the running shell of IPython: there is none."""
    return None


_MODULES = {
    "IPython": {"get_ipython": get_ipython, "display": display.display},
    "IPython.display": _DISPLAY,
    "IPython.core": {},
    "IPython.core.display": _DISPLAY,
    "IPython.core.display_functions": _DISPLAY,
    "IPython.core.getipython": {"get_ipython": get_ipython},
}


def find_spec(name, path):
    """Return the spec of a module above, in front of that of an installed IPython."""
    if name not in _MODULES:
        return None
    from importlib.machinery import ModuleSpec, PathFinder

    spec = ModuleSpec(name, _Loader(), is_package=name in ("IPython", "IPython.core"))
    installed = PathFinder.find_spec(name, path)
    if installed is not None and spec.submodule_search_locations is not None:
        spec.submodule_search_locations = installed.submodule_search_locations
    return spec


class _Loader:
    """Fills a module with the names above."""

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        vars(module).update(_MODULES[module.__name__])
