# Subscripts and slices, constant and not.
a[0], a["k"], a[b, c], a[...]
a[1:2], a[:], a[::2], a[b:], a[:b:c], a[1:2, ::3]
"abc"[1], (1, 2, 3)[-1], "abc"[0:2]
