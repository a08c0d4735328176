# Loops with break, continue and else.
while a:
    if b:
        break
    if c:
        continue
    d
else:
    e
while True:
    f()
