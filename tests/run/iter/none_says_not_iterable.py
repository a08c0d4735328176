class Bag:
    __iter__ = None
    def __getitem__(self, index):
        return index
for use in iter, list, set, lambda bag: [*bag]:
    try:
        use(Bag())
    except TypeError as error:
        print(error)
# expect: 'Bag' object is not iterable
# expect: 'Bag' object is not iterable
# expect: 'Bag' object is not iterable
# expect: 'Bag' object is not iterable
try:
    3 in Bag()
except TypeError as error:
    print(error)  # expect: argument of type 'Bag' is not a container or iterable
