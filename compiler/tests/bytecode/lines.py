# Locations over several lines.
x = f(
    a,
    b
    .c(d)
    [e],
) + (
    g
)
def h(
    p,
    q=1,
):
    return (
        p
        if q
        else
        x
    )
