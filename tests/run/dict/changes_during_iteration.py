# Another length is noticed, and so are more keys than there were.
d = {1: 1, 2: 2}
try:
    for key in d:
        d[3] = 3
except RuntimeError as error:
    print(error)                # expect: dictionary changed size during iteration
d = {0: 0}
try:
    for key in d:
        del d[0]
        d[0] = 0
except RuntimeError as error:
    print(error)                # expect: dictionary keys changed during iteration
for key in d:
    d[key] = 'changed values do no harm'
print(d)                        # expect: {0: 'changed values do no harm'}
