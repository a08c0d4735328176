# finally, with exits through it.
def f():
    try:
        a
    finally:
        b
    try:
        return c
    finally:
        d
def g():
    for x in y:
        try:
            if x:
                continue
            break
        except E:
            raise
        finally:
            z
    while 1:
        try:
            a
        finally:
            if b:
                c
