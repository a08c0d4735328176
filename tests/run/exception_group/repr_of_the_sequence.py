# repr() of a group shows the kind of sequence that it was made of, as it was then.
items = [ValueError(1)]
group = ExceptionGroup('m', items)
items.clear()
print(repr(group))                                  # expect: ExceptionGroup('m', [ValueError(1)])
print(repr(ExceptionGroup('m', (ValueError(1),))))  # expect: ExceptionGroup('m', (ValueError(1),))
class Sequence:
    def __len__(self):
        return 1
    def __getitem__(self, index):
        if index:
            raise IndexError
        return ValueError(2)
    def __repr__(self):
        return 'mine'
group = ExceptionGroup('m', Sequence())
group.args = ()
print(repr(group))                                  # expect: ExceptionGroup('m', mine)
