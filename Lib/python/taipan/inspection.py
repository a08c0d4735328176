"""Say what a name is: type, signature, documentation, file, source."""

import re

from taipan import completion

_AROUND = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")


_QUESTION = re.compile(r"\s*(\?{0,2})([^\W\d]\w*(?:\.[^\W\d]\w*)*)(\?{0,2})\s*")


def question(source):
    """Return (name, detail) for a cell that is `name?`, `?name` or these with two marks; None for any other."""
    match = _QUESTION.fullmatch(source)
    if not match or bool(match[1]) == bool(match[3]):
        return None
    return match[2], len(match[1] or match[3]) - 1


def name_at(source, cursor):
    """Return the dotted name at a position; if there is none, that of the call around it."""
    best = None
    for match in _AROUND.finditer(source):
        if match.start() <= cursor <= match.end():
            dot = source.find(".", max(cursor, match.start()), match.end())
            return source[match.start() : dot if dot >= 0 else match.end()]
        if match.start() < cursor:
            best = match
    depth = 0
    for at in range(min(cursor, len(source)) - 1, -1, -1):
        if source[at] in ")]}":
            depth += 1
        elif source[at] in "([{":
            if depth == 0:
                before = source[:at].rstrip()
                found = [m for m in _AROUND.finditer(before) if m.end() == len(before)]
                return found[0][0] if found else None
            depth -= 1
    return best[0] if best and source[best.end() : cursor].strip() == "" else None


def inspect_at(source, cursor, namespace, detail=0):
    """Return the text for the name at a position, or None if nothing is known of it."""
    name = name_at(source, cursor)
    if not name:
        return None
    value = completion.lookup(name, namespace)
    if value is completion._MISSING:
        return None
    return describe(name, value, detail)


def signature(name, value):
    """Return a callable's signature as text, or None."""
    if not callable(value):
        return None
    import inspect

    try:
        return f"{name.rpartition('.')[2]}{inspect.signature(value)}"
    except (ValueError, TypeError):
        return None


def describe(name, value, detail=0):
    """Return what is worth knowing of a value, as lines of `Label: text`."""
    import inspect

    parts = []
    line = signature(name, value)
    if line:
        parts.append(f"Signature: {line}")
    parts.append(f"Type:      {type(value).__name__}")
    if not callable(value) and not inspect.ismodule(value):
        text = safe_repr(value)
        parts.append(f"Value:     {text}")
        if hasattr(type(value), "__len__"):
            try:
                parts.append(f"Length:    {len(value)}")
            except Exception:
                # A length that cannot be had is not shown.
                pass
    try:
        file = inspect.getfile(value)
    except (TypeError, OSError):
        file = None
    if file:
        parts.append(f"File:      {file}")
    source = None
    if detail:
        try:
            source = inspect.getsource(value)
        except (TypeError, OSError):
            source = None
    if source:
        parts.append(f"Source:\n{source.rstrip()}")
    else:
        documentation = inspect.getdoc(value)
        if documentation:
            parts.append(f"Docstring:\n{documentation}")
    return "\n".join(parts)


def safe_repr(value, limit=400):
    """Return a value's repr, cut to a length; a repr that fails says so."""
    try:
        text = repr(value)
    except Exception as error:
        return f"<repr failed: {type(error).__name__}: {error}>"
    return text if len(text) <= limit else text[: limit - 3] + "..."
