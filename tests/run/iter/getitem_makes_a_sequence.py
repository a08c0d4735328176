# Without __iter__, items 0, 1, 2, ... are asked for until IndexError.
class Squares:
    def __getitem__(self, index):
        if index == 4:
            [][0]
        return index * index

print([*Squares()], 9 in Squares(), 5 in Squares())     # expect: [0, 1, 4, 9] True False
class Nothing:
    pass
for x in Nothing():             # error: TypeError: 'Nothing' object is not iterable
    pass
