# Small integers hash to themselves, so their order is that of the table's places.
print({3, 1, 2}, {100, 5, 33, 64, 1, 2})    # expect: {1, 2, 3} {64, 33, 1, 2, 100, 5}
print({-1, -2, 0}, {20 - n for n in range(20)})     # expect: {0, -1, -2} {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
s = {7 * n % 64 for n in range(12)}
print(s)                        # expect: {0, 35, 6, 7, 42, 13, 14, 49, 21, 56, 28, 63}
print(s.pop(), s.pop(), s)      # expect: 0 35 {6, 7, 42, 13, 14, 49, 21, 56, 28, 63}
