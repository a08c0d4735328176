# with, several managers, exits through it.
with a: pass
with a as b, c.d as e.f, g as (h, i):
    j
def k():
    with a:
        return b
    for x in y:
        with x:
            continue
