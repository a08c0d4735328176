# A slice with step 1 takes any number of items; another step takes as many as it names.
a = list(range(10))
a[2:5] = 'xy'
print(a)                        # expect: [0, 1, 'x', 'y', 5, 6, 7, 8, 9]
a[::2] = [None] * 5
print(a)                        # expect: [None, 1, None, 'y', None, 6, None, 8, None]
del a[::2]
print(a)                        # expect: [1, 'y', 6, 8]
a[3:1] = [0]
print(a)                        # expect: [1, 'y', 6, 0, 8]
a[1:1] = a
print(a)                        # expect: [1, 1, 'y', 6, 0, 8, 'y', 6, 0, 8]
del a[-2::-3]
print(a)                        # expect: [1, 1, 6, 0, 'y', 6, 8]
print(a[::-1], a[10:], a[-3:-1])    # expect: [8, 6, 'y', 0, 6, 1, 1] [] ['y', 6]
a[::2] = [1]                    # error: ValueError: attempt to assign sequence of size 1 to extended slice of size 4
