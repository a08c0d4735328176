# except*.
try:
    a
except* A as e:
    b
except* (C, D):
    c
else:
    d
finally:
    f
