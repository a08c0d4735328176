"""Run cells: pieces of a program that somebody types, one after the other, into one namespace.

A native compiler makes two code objects of a cell: the last statement is one of its own, whose value goes to
`sys.displayhook`.
"""

import builtins
import io
import linecache
import sys
import types

CO_COROUTINE = 0x80


class Outcome:
    """What a cell came to: `error` is the exception or None, `exit_code` is set by SystemExit."""

    def __init__(self):
        self.error = None
        self.exit_code = None
        self.traceback = []


class Shell:
    """One user's namespace, the cells typed so far, and how they run."""

    def __init__(self, compiler, namespace=None):
        if namespace is None:
            main = sys.modules.get("__main__")
            if main is None:
                main = sys.modules["__main__"] = types.ModuleType("__main__")
            namespace = main.__dict__
        namespace.setdefault("__builtins__", builtins)
        self.namespace = namespace
        self.count = 0
        self._compiler = compiler
        self._loop = None

    def run(self, source, filename=None):
        """Run a cell; return its Outcome. Errors are printed by `report`, not here."""
        self.count += 1
        if filename is None:
            filename = f"<python-input-{self.count - 1}>"
        outcome = Outcome()
        if "?" in source and self._answer(source):
            return outcome
        self._remember(filename, source)
        try:
            for code in self._compiler.compile(source, filename):
                self._execute(code)
        except BaseException as error:
            outcome.error = error
            self._strip(error)
            if isinstance(error, SystemExit):
                outcome.exit_code = exit_code(error)
        return outcome

    def _answer(self, source):
        """Print what is known of a name for `name?`; return whether that was asked."""
        from taipan import inspection

        question = inspection.question(source)
        if question is None:
            return False
        name, detail = question
        print(inspection.inspect_at(name, len(name), self.namespace, detail) or f"Object `{name}` not found.")
        return True

    def _remember(self, filename, source):
        """Let tracebacks and inspect find the cell's lines."""
        lines = [line + "\n" for line in source.removesuffix("\n").split("\n")]
        linecache.cache[filename] = (len(source), None, lines, filename)

    def _execute(self, code):
        result = eval(code, self.namespace)
        if code.co_flags & CO_COROUTINE:
            self._await(result)

    def _await(self, coroutine):
        """Run a cell that awaits; a ctrl-c ends what it waits for."""
        import asyncio

        loop = self.loop()
        task = loop.create_task(coroutine)
        try:
            loop.run_until_complete(task)
        except KeyboardInterrupt:
            if not task.done():
                task.cancel()
                try:
                    loop.run_until_complete(task)
                except asyncio.CancelledError:
                    # That is what it was asked for.
                    pass
            raise

    def loop(self):
        """Return the event loop that top-level await runs in."""
        import asyncio

        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop

    def _strip(self, error):
        """Take this module's frames from the top of a traceback."""
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_globals is globals():
            trace = trace.tb_next
        error.__traceback__ = trace

    def report(self, error):
        """Show an exception as CPython's prompt does: through `sys.excepthook`."""
        sys.last_exc = error
        sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
        sys.excepthook(type(error), error, error.__traceback__)

    def format(self, error, colors=False):
        """Return the lines of an exception's traceback, with a terminal's colours or without."""
        try:
            import traceback
        except Exception:
            # Something is wrong with the library; the user's error comes first.
            return _written_by_hook(error)
        return traceback.format_exception(type(error), error, error.__traceback__, colorize=colors)


def _written_by_hook(error):
    """Return what the native `sys.__excepthook__` writes, where `traceback` cannot be had."""
    stream, sys.stderr = sys.stderr, io.StringIO()
    try:
        sys.__excepthook__(type(error), error, error.__traceback__)
        return [sys.stderr.getvalue()]
    finally:
        sys.stderr = stream


def exit_code(error):
    """Return the process's exit code for a SystemExit, printing its message if it has one."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if code >= 0 else code % 256
    print(code, file=sys.stderr)
    return 1
