# Methods of list, slices, sorting.
a = [3, 1, 2]
a.append(4); a.extend((5, 6)); a.insert(0, 0)
print(a, a[1:4], a[::-2], a.index(5), a.count(1), a.pop(), a.pop(0))  # expect: [3, 1, 2, 4, 5] [3, 1, 2] [6, 4, 1, 0] 5 1 6 0
a.sort(reverse=True)
print(a, sorted("banana"), sorted([(1, "b"), (1, "a")], key=lambda p: p[0]))  # expect: [5, 4, 3, 2, 1] ['a', 'a', 'a', 'b', 'n', 'n'] [(1, 'b'), (1, 'a')]
a[1:3] = [9, 9, 9]
del a[0]
print(a, [1] * 3 + [2], [1, 2] < [1, 3], [x for x in range(10) if x % 3])  # expect: [9, 9, 9, 2, 1] [1, 1, 1, 2] True [1, 2, 4, 5, 7, 8]
first, *middle, last = range(5)
print(first, middle, last)  # expect: 0 [1, 2, 3] 4
a[10]  # error: IndexError: list index out of range
