# Types that cannot be hashed are compared with each other only; a union of them has no hash.
class Meta(type):
    def __eq__(self, other):
        return 1 / 0
A = Meta('A', (), {})
B = Meta('B', (), {})
print((int | A).__args__[0])            # expect: <class 'int'>
for try_it in (lambda: A | B), (lambda: (int | A) == (int | B)), (lambda: hash(int | A)):
    try:
        try_it()
    except Exception as error:
        print(type(error).__name__)
# expect: ZeroDivisionError
# expect: ZeroDivisionError
# expect: TypeError
