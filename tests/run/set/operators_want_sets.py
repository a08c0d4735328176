# Methods take any iterable, operators only sets.
a = {1, 2, 3}
print(a.union([4], (5,)), a & {2, 9}, a - {1}, a ^ {3, 4})  # expect: {1, 2, 3, 4, 5} {2} {2, 3} {1, 2, 4}
print(a < {1, 2, 3, 4}, a <= a, a > {1}, a == {3, 2, 1}, a.isdisjoint([9]))     # expect: True True True True True
a |= {7}
a -= {1, 2}
print(a, a.issuperset([7]), a.intersection([3, 3], [3]))    # expect: {3, 7} True {3}
a.discard({1})
print({1} in a)                 # expect: False
try:
    for item in a:
        a.add(100)
except RuntimeError as error:
    print(error)                # expect: Set changed size during iteration
a | [1]                         # error: TypeError: unsupported operand type(s) for |: 'set' and 'list'
