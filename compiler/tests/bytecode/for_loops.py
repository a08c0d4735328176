# Loops over things, nested, with else.
for i in range(10):
    for j, (k, *l) in i:
        if k:
            continue
        break
    else:
        print(j)
for x in [1, 2, 3]:
    pass
for y in (a, b):
    return_value = y
