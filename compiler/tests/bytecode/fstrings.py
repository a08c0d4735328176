# Format strings.
f""
f"a"
f"{a}"
f"{a!r}b{c!s:>{d}}{e!a}"
f"{a=}, {b + 1 = :x}"
f"{'nested' + f'{x}'}" "tail" f"{y}"
"%s and %r" % (a, b)
"%d" % (a,)


def text_behind_a_line_that_goes_on(a, b):
    x = f"\
" "text"
    y = (a * f"{b}\
" "text")
    return x, y, f"\
""{b!s:>10}%%", f"\
"
