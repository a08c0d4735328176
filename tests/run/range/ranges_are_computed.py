r = range(10, 0, -3)
print(r, [*r], r[1], r[-1], r[::-1], 4 in r, 5 in r)    # expect: range(10, 0, -3) [10, 7, 4, 1] 7 1 range(1, 13, 3) True False
big = range(10 ** 30, 10 ** 30 + 5, 2)
print([*big][1] - 10 ** 30, big[2] - 10 ** 30, big.index(10 ** 30 + 4))     # expect: 2 4 2
print(range(0) == range(5, 5), range(0, 3, 2) == range(0, 4, 2), range(3) == [0, 1, 2])     # expect: True True False
print([*range(3).__reversed__()], range(1, 100).index(50), range(5).count(3.0))     # expect: [2, 1, 0] 49 1
range(5).index(7)               # error: ValueError: range.index(x): x not in range
