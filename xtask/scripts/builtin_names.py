"""Prints every name of `builtins` and `sys`, every type that they and `types` show, and every attribute of those types:
name, kind of descriptor, text signature, and whether there is documentation. `cargo xtask whats-left` compares what
CPython prints (xtask/builtin_names.txt) with what Taipan prints."""

import builtins
import sys
import types


def hidden_types():
    """Types that have no name in a module, by an instance."""

    def generator():
        yield

    async def coroutine():
        pass

    async def asynchronous():
        yield

    waiting = coroutine()
    instances = [
        iter([]), reversed([]), iter(()), iter(""), iter("\u1234"), iter(b""), iter(bytearray()), iter({}),
        iter({}.keys()), iter({}.values()), iter({}.items()), reversed({}), reversed({}.values()), reversed({}.items()),
        {}.keys(), {}.values(), {}.items(), iter(set()), iter(range(1)), iter(range(1 << 70)), iter(memoryview(b"")),
        iter(int, 1), type.__dict__["__mro__"], int.__dict__["real"], int.__add__, (1).__add__, str.join, "".join,
        dict.__dict__["fromkeys"], list[int], int | str, NotImplemented, Ellipsis, None, waiting.__await__(),
        asynchronous().asend(None), asynchronous().athrow(ValueError), asynchronous().aclose(), iter(list[int]),
        sys._getframe(), sys.flags, sys.version_info, sys.float_info, sys.int_info, sys.hash_info, sys.thread_info,
        sys.get_asyncgen_hooks(), sys.implementation, iter(type("S", (), {"__getitem__": None})()),
        (lambda: None).__code__.co_lines(), (lambda: None).__code__.co_positions(), iter(t"{1}"), t"{1}",
        t"{1}".interpolations[0],
    ]
    waiting.close()
    return [type(instance) for instance in instances]


def reachable_types():
    found = {}
    for module in (builtins, sys, types):
        for name, value in vars(module).items():
            if isinstance(value, type):
                found.setdefault(value, f"{value.__module__}.{value.__qualname__}")
    for value in hidden_types():
        found.setdefault(value, f"{value.__module__}.{value.__qualname__}")
    ours = {types.__name__, builtins.__name__, sys.__name__, "string.templatelib", "typing"}
    return sorted((name, value) for value, name in found.items() if value.__module__ in ours and is_native(value))


def is_native(value):
    return not value.__flags__ & (1 << 9) or value.__module__ in ("typing", "string.templatelib")


def describe(value):
    parts = [type(value).__name__]
    if isinstance(value, (types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType,
                          types.ClassMethodDescriptorType, type)):
        parts.append(" ".join((value.__text_signature__ or "-").split()))
    documented = getattr(value, "__doc__", None)
    if not isinstance(value, (str, int, float, tuple, list, dict, frozenset)):
        parts.append("doc" if documented else "no doc")
    return " ".join(parts)


def main():
    for module in (builtins, sys):
        for name in sorted(vars(module)):
            if module is builtins and name == "_":
                continue
            print(f"{module.__name__}.{name}: {describe(vars(module)[name])}")
    for name in sorted(vars(sys.monitoring)):
        print(f"sys.monitoring.{name}: {describe(vars(sys.monitoring)[name])}")
    for label, value in reachable_types():
        print(f"type {label}: {describe(value)}")
        for name in sorted(vars(value)):
            attribute = vars(value)[name]
            print(f"{label}.{name}: {describe(attribute)}")


main()
