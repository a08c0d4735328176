# isinstance() and issubclass() with tuples in tuples.
classes = (int,)
for _ in range(1000):
    classes = (str, classes)
print(isinstance(1, classes), isinstance(1.0, classes), issubclass(bool, classes))  # expect: True False True
for _ in range(500_000):
    classes = (classes,)
try:
    isinstance('', (classes,))
except RecursionError:
    print('RecursionError')     # expect: RecursionError
try:
    issubclass(str, (classes,))
except RecursionError:
    print('RecursionError')     # expect: RecursionError
