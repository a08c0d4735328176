"""Complete names, attributes, imports and dict keys without running code of the user.

Attributes are found by walking `__dict__` of instances and classes with `object.__getattribute__` and
`type.__getattribute__`: no property, no `__getattr__` and no `__dir__` of a user's class is called.
"""

import builtins
import keyword
import re
import sys

_DOTTED = re.compile(r"([^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)\s*\.\s*(\w*)$")
_NAME = re.compile(r"([^\W\d]\w*)?$")
_FROM = re.compile(r"^\s*from\s+([\w.]*)\s+import\s+(?:\(?[\w\s,]*,\s*|\(?\s*)(\w*)$")
_FROM_MODULE = re.compile(r"^\s*from\s+([\w.]*)$")
_IMPORT = re.compile(r"^\s*import\s+(?:[\w.\s]+,\s*)*([\w.]*)$")
_KEY = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*)\[\s*(['\"])([^'\"]*)$")
_LITERAL = re.compile(r"(?:(['\"]).*?\1|\]|\})\s*\.\s*(\w*)$")

_MISSING = object()


class Candidate:
    """One completion: the text that replaces the prefix, and what it is."""

    def __init__(self, text, kind=None, value=_MISSING):
        self.text = text
        self.kind = kind if kind is not None else (kind_of(value) if value is not _MISSING else "name")
        self.documentation = summary(value) if value is not _MISSING else None


def complete(source, cursor, namespace):
    """Return (start, candidates) for the characters of `source` before `cursor`."""
    line = source[:cursor].rpartition("\n")[2]
    if match := _FROM.match(line):
        return _result(cursor, match[2], _members_of_module(match[1], match[2]))
    if match := _FROM_MODULE.match(line) or _IMPORT.match(line):
        prefix = match[1]
        return _result(cursor, prefix, _modules(prefix))
    if match := _KEY.search(line):
        return _result(cursor, match[3], _keys(match[1], match[3], namespace))
    if match := _DOTTED.search(line):
        return _result(cursor, match[2], _attributes(match[1], match[2], _with_imports(source, namespace)))
    if match := _LITERAL.search(line):
        value = {"]": [], "}": {}}.get(line[: match.start(2)].rstrip(". ")[-1:], "")
        return _result(cursor, match[2], _attributes_of(value, match[2]))
    prefix = _NAME.search(line)[1] or ""
    if line[: len(line) - len(prefix)].rstrip().endswith("."):
        return cursor, []
    return _result(cursor, prefix, _names(source, prefix, namespace))


def _result(cursor, prefix, candidates):
    unique = {candidate.text: candidate for candidate in candidates}
    return cursor - len(prefix), sorted(unique.values(), key=lambda candidate: _order(candidate.text))


def _order(name):
    """Public names first, then those with one underscore, then those with two."""
    return (name.startswith("__"), name.startswith("_"), name)


def _wanted(name, prefix):
    return isinstance(name, str) and name.startswith(prefix) and (prefix.startswith("_") or not name.startswith("_"))


def _names(source, prefix, namespace):
    for name, value in list(namespace.items()):
        if _wanted(name, prefix):
            yield Candidate(name, value=value)
    for name, value in vars(builtins).items():
        if _wanted(name, prefix):
            yield Candidate(name, value=value)
    for name in keyword.kwlist + keyword.softkwlist:
        if name.startswith(prefix) and name != "_":
            yield Candidate(name, kind="keyword")
    # Names of the cell itself that did not run yet.
    for name in set(re.findall(r"[^\W\d]\w*", source)):
        if _wanted(name, prefix) and name != prefix and not keyword.iskeyword(name):
            yield Candidate(name)


def _attributes(path, prefix, namespace):
    value = lookup(path, namespace)
    return [] if value is _MISSING else _attributes_of(value, prefix)


def _attributes_of(value, prefix):
    return [Candidate(name, value=found) for name, found in members(value) if _wanted(name, prefix)]


def _with_imports(source, namespace):
    """Return the namespace with the modules that the cell imports and that are there already."""
    found = {}
    for match in re.finditer(r"(?:^|[;\n])\s*import\s+([\w., ]+)", source):
        for part in match[1].split(","):
            name, _, alias = part.strip().partition(" as ")
            name = name.strip()
            if name in sys.modules:
                found[alias.strip() or name.partition(".")[0]] = sys.modules[name if alias else name.partition(".")[0]]
    return {**found, **namespace} if found else namespace


def lookup(path, namespace):
    """Follow dotted names without running code; return _MISSING where that cannot be done."""
    first, *rest = [part.strip() for part in path.split(".")]
    value = namespace.get(first, _MISSING)
    if value is _MISSING:
        value = vars(builtins).get(first, _MISSING)
    for name in rest:
        if value is _MISSING:
            break
        value = static_attribute(value, name)
    return value


def static_attribute(value, name):
    """Return an attribute's value if finding it runs no code of the user, else _MISSING."""
    own = instance_dict(value)
    if own is not None and name in own:
        return own[name]
    for base in mro(type(value) if not isinstance(value, type) else value):
        if name in base.__dict__:
            found = base.__dict__[name]
            if isinstance(found, (staticmethod, classmethod)):
                return found.__func__
            if type(found).__name__ in ("getset_descriptor", "member_descriptor"):
                # Native and without side effects.
                return _MISSING if isinstance(value, type) else found.__get__(value)
            return _MISSING if isinstance(found, property) else found
    return _MISSING


def instance_dict(value):
    """Return the `__dict__` of an instance or module, or None."""
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None


def mro(cls):
    """Return the classes among which attributes are found."""
    return type.__getattribute__(cls, "__mro__")


def members(value):
    """Yield (name, value) of an object's attributes; the value is what stands in the `__dict__`, unbound."""
    seen = set()
    sources = []
    own = instance_dict(value)
    if own is not None:
        sources.append(own)
    if isinstance(value, type):
        sources.extend(base.__dict__ for base in mro(value)[1:])
        sources.extend(base.__dict__ for base in mro(type(value)))
    else:
        sources.extend(base.__dict__ for base in mro(type(value)))
    for source in sources:
        for name, found in list(source.items()):
            if name not in seen:
                seen.add(name)
                yield name, found


def _keys(path, prefix, namespace):
    value = lookup(path, namespace)
    if type(value) is dict:
        for key in value:
            if isinstance(key, str) and key.startswith(prefix):
                yield Candidate(key, kind="key")


def _modules(prefix):
    package, _, start = prefix.rpartition(".")
    if package:
        known = (name.removeprefix(f"{package}.") for name in list(sys.modules) if name.startswith(f"{package}."))
        for name in {*_submodules(package), *known}:
            if name.startswith(start) and "." not in name:
                yield Candidate(f"{package}.{name}", kind="module")
        return
    import pkgutil

    names = set(sys.builtin_module_names) | set(sys.modules) | set(getattr(sys, "stdlib_module_names", ()))
    for finder in sys.path:
        try:
            names.update(info.name for info in pkgutil.iter_modules([finder]))
        except Exception:
            # A path entry that cannot be listed has no modules to offer.
            continue
    for name in names:
        if "." not in name and name.startswith(start) and (start.startswith("_") or not name.startswith("_")):
            yield Candidate(name, kind="module")


def _find(name):
    """Return a module's spec without importing its package, or None."""
    from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder

    if "." not in name and (spec := BuiltinImporter.find_spec(name) or FrozenImporter.find_spec(name)):
        return spec
    path, spec, full = None, None, ""
    for part in name.split("."):
        full = f"{full}.{part}" if full else part
        try:
            spec = PathFinder.find_spec(full, path)
        except (ImportError, OSError, ValueError):
            # A folder or archive that cannot be read has no modules to offer.
            return None
        if spec is None:
            return None
        path = spec.submodule_search_locations
    return spec


def _submodules(package):
    import pkgutil

    path = getattr(sys.modules.get(package), "__path__", None)
    if path is None and (spec := _find(package)):
        path = spec.submodule_search_locations
    return [info.name for info in pkgutil.iter_modules(path)] if path else []


def _members_of_module(name, prefix):
    module = sys.modules.get(name)
    if module is None and name in sys.builtin_module_names:
        # Native: nothing of the user's runs.
        module = __import__(name)
    if module is not None:
        for attribute, value in list(vars(module).items()):
            if _wanted(attribute, prefix):
                yield Candidate(attribute, value=value)
    else:
        for attribute, kind in _names_in_source(name):
            if _wanted(attribute, prefix):
                yield Candidate(attribute, kind=kind)
    for submodule in _submodules(name):
        if submodule.startswith(prefix):
            yield Candidate(submodule, kind="module")


def _names_in_source(name):
    """Yield (name, kind) of what a module's text defines: importing it could do anything."""
    import ast

    spec = _find(name)
    try:
        source = spec.loader.get_source(name)
        tree = ast.parse(source)
    except (AttributeError, ImportError, SyntaxError, TypeError, ValueError):
        # No such module, or none with a text that can be read.
        return
    pending = list(tree.body)
    for node in pending:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, "function"
            case ast.ClassDef():
                yield node.name, "class"
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    yield (alias.asname or alias.name.partition(".")[0]), "name"
            case ast.Assign(targets=targets):
                for target in targets:
                    yield from ((part.id, "name") for part in ast.walk(target) if isinstance(part, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=target)):
                yield target, "name"
            case ast.If() | ast.Try():
                pending.extend(node.body)
                pending.extend(node.orelse)
                for handler in getattr(node, "handlers", ()):
                    pending.extend(handler.body)


_KINDS = {
    "module": "module",
    "type": "class",
    "function": "function",
    "builtin_function_or_method": "function",
    "method": "method",
    "method_descriptor": "method",
    "wrapper_descriptor": "method",
    "classmethod": "method",
    "classmethod_descriptor": "method",
    "staticmethod": "function",
    "property": "property",
    "getset_descriptor": "attribute",
    "member_descriptor": "attribute",
}


def kind_of(value):
    """Say in a word what a value is: the kind, or its type's name."""
    if isinstance(value, type):
        return "class"
    name = type(value).__name__
    return _KINDS.get(name, name)


def summary(value):
    """Return the first line of a value's own documentation, or None."""
    documentation = None
    if isinstance(value, type):
        documentation = type.__getattribute__(value, "__dict__").get("__doc__")
    elif type(value).__name__ in _KINDS:
        documentation = getattr(value, "__doc__", None)
    if not isinstance(documentation, str):
        return None
    return documentation.strip().partition("\n")[0] or None
