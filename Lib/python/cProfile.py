"""Where a program spends its time, counted by the native profiler; `profile` does the same in Python.

The statistics are those of `pstats`. CPython 3.14: `Lib/cProfile.py`, which the library's crate lacks.
"""

import importlib.machinery
import importlib.util
import io

import _lsprof
import profile as _pyprofile

__all__ = ["run", "runctx", "Profile"]


def run(statement, filename=None, sort=-1):
    return _pyprofile._Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    return _pyprofile._Utils(Profile).runctx(statement, globals, locals, filename, sort)


run.__doc__ = _pyprofile.run.__doc__
runctx.__doc__ = _pyprofile.runctx.__doc__


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=None, subcalls=True, builtins=True)

    A profiler that keeps its results in the form of `pstats`. Without a `timer` it reads the performance counter; a
    timer that returns integers names their length in seconds as `timeunit`.
    """

    def print_stats(self, sort=-1):
        import pstats

        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        import marshal

        with open(file, "wb") as output:
            self.create_stats()
            marshal.dump(self.stats, output)

    def create_stats(self):
        self.disable()
        self.snapshot_stats()

    def snapshot_stats(self):
        """Fills `stats`: for each function its numbers, and the numbers of its calls by each caller."""
        entries = self.getstats()
        self.stats = {}
        callers_of = {}
        for entry in entries:
            callers = callers_of[id(entry.code)] = {}
            calls, simple, *times = _numbers(entry)
            self.stats[label(entry.code)] = (simple, calls, *times, callers)
        for entry in entries:
            caller = label(entry.code)
            for call in entry.calls or ():
                callers = callers_of.get(id(call.code))
                if callers is None:
                    continue
                numbers = _numbers(call)
                if caller in callers:
                    # Two functions of one place: a lambda that was made twice.
                    numbers = tuple(map(sum, zip(callers[caller], numbers)))
                callers[caller] = numbers

    def run(self, cmd):
        import __main__

        namespace = __main__.__dict__
        return self.runctx(cmd, namespace, namespace)

    def runctx(self, cmd, globals, locals):
        with self:
            exec(cmd, globals, locals)
        return self

    def runcall(self, func, /, *args, **kw):
        with self:
            return func(*args, **kw)

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *exc_info):
        self.disable()


def _numbers(entry):
    """All calls, those that are not recursive, time without and with what was called."""
    calls = entry.callcount
    return calls, calls - entry.reccallcount, entry.inlinetime, entry.totaltime


def label(code):
    if isinstance(code, str):
        # Native functions have no place; '~' sorts behind all files.
        return ("~", 0, code)
    return (code.co_filename, code.co_firstlineno, code.co_name)


def _program(path):
    """The code of a program and the namespace of its `__main__`."""
    import os
    import sys

    sys.path.insert(0, os.path.dirname(path))
    with io.open_code(path) as file:
        code = compile(file.read(), path, "exec")
    spec = importlib.machinery.ModuleSpec("__main__", None, origin=path)
    module = sys.modules["__main__"] = importlib.util.module_from_spec(spec)
    # A program that is run has no `__spec__`: `multiprocessing` starts it again by its path.
    module.__dict__.update(
        __spec__=None, __file__=path, __name__="__main__", __package__=None, __cached__=None
    )
    return code, module.__dict__


def _module(name):
    import runpy

    namespace = {"run_module": runpy.run_module, "modname": name}
    return "run_module(modname, run_name='__main__')", namespace


def main():
    import os
    import pstats
    import sys
    from optparse import OptionParser

    usage = "cProfile.py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ..."
    parser = OptionParser(usage=usage)
    parser.allow_interspersed_args = False
    parser.add_option("-o", "--outfile", dest="outfile", default=None, help="Save stats to <outfile>")
    parser.add_option(
        "-s",
        "--sort",
        dest="sort",
        default=2,
        choices=sorted(pstats.Stats.sort_arg_dict_default),
        help="Sort order when printing to stdout, based on pstats.Stats class",
    )
    parser.add_option("-m", dest="module", action="store_true", default=False, help="Profile a library module")
    if not sys.argv[1:]:
        parser.print_usage()
        sys.exit(2)

    options, args = parser.parse_args()
    sys.argv[:] = args
    if not args:
        parser.print_usage()
        return parser
    outfile = options.outfile
    if outfile is not None:
        # The program may change the working directory.
        outfile = os.path.abspath(outfile)
    code, namespace = _module(args[0]) if options.module else _program(args[0])
    try:
        runctx(code, namespace, None, outfile, options.sort)
    except BrokenPipeError as error:
        # The end of the program would flush it once more, and complain.
        sys.stdout = None
        sys.exit(error.errno)
    return parser


if __name__ == "__main__":
    main()
