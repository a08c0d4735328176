# Format strings.
f""
f"a"
f"{a}"
f"{a!r}b{c!s:>{d}}{e!a}"
f"{a=}, {b + 1 = :x}"
f"{'nested' + f'{x}'}" "tail" f"{y}"
"%s and %r" % (a, b)
"%d" % (a,)
