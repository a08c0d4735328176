# with, for-else, while-else, walrus, conditional expressions.
class Guard:
    def __enter__(self):
        print("enter")  # expect: enter
        return 5

    def __exit__(self, kind, value, traceback):
        print(kind and kind.__name__)  # expect: ValueError
        return True


with Guard() as g:
    print(g)  # expect: 5
    raise ValueError
for i in range(3):
    if i == 5:
        break
else:
    print("no break", i)  # expect: no break 2
while (i := i - 1) > -2:
    continue
else:
    print(i)  # expect: -2
print("yes" if i else "no", not i, i and 1, None or "or", 1 < 2 < 3 != 4)  # expect: yes False 1 or True
