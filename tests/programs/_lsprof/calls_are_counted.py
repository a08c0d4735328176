# The profiler counts calls, recursive ones apart, and tells callees by caller.
import _lsprof

ticks = iter(range(1000))


def down(n):
    return n and down(n - 1)


def top():
    down(3)
    len("")
    [].append(1)


profiler = _lsprof.Profiler(lambda: next(ticks), 1.0)
profiler.enable()
top()
profiler.disable()
entries = {getattr(e.code, "co_name", e.code): e for e in profiler.getstats()}
for name in sorted(entries):
    entry = entries[name]
    print(name, entry[1:5])  # expect: <built-in method builtins.len> (1, 0, 1.0, 1.0) | <method 'append' of 'list' objects> (1, 0, 1.0, 1.0) | <method 'disable' of '_lsprof.Profiler' objects> (1, 0, 1.0, 1.0) | down (4, 3, 7.0, 7.0) | top (1, 0, 13.0, 4.0)
    for call in entry.calls or ():
        print("", getattr(call.code, "co_name", call.code), call[1:5])  # expect:  down (3, 2, 5.0, 5.0) |  down (1, 0, 7.0, 2.0) |  <built-in method builtins.len> (1, 0, 1.0, 1.0) |  <method 'append' of 'list' objects> (1, 0, 1.0, 1.0)
profiler.clear()
print(profiler.getstats())  # expect: []
profiler.enable()
_lsprof.Profiler().enable()  # error: ValueError: tool 2 is already in use
