a = [1, 2, 3]
for action in (
    lambda: a[3],
    lambda: a['x'],
    lambda: a[1 << 70],
    lambda: a[::0],
    lambda: a['x':],
    lambda: a.pop(5),
    lambda: [].pop(),
    lambda: a.index(9),
    lambda: a.remove(9),
    lambda: a + (1,),
    lambda: a * 'x',
):
    try:
        action()
    except Exception as error:
        print(error)
# expect: list index out of range
# expect: list indices must be integers or slices, not str
# expect: cannot fit 'int' into an index-sized integer
# expect: slice step cannot be zero
# expect: slice indices must be integers or None or have an __index__ method
# expect: pop index out of range
# expect: pop from empty list
# expect: list.index(x): x not in list
# expect: list.remove(x): x not in list
# expect: can only concatenate list (not "tuple") to list
# expect: can't multiply sequence by non-int of type 'str'
