# Handlers, names, else.
try:
    a
except A:
    b
except (B, C) as e:
    c(e)
except:
    d
else:
    f
def g():
    try:
        return a
    except A as e:
        return e
