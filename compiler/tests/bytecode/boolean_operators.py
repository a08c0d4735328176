# Short circuits, as values and as conditions.
a and b or c
x = a or b and not c
if a and (b or c):
    d
elif not a or b:
    e
else:
    f
assert a and b, "message"
