# Conditions, constant ones too.
if a:
    b
elif c:
    d
else:
    e
if 0:
    never
if 1:
    always
if __debug__:
    debug
