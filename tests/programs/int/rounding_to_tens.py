# round(int, -n) rounds to a power of ten, half to even.
print(round(15, -1), round(25, -1), round(-15, -1), round(149, -2), round(5, -1), round(123, -5), round(7, 3))  # expect: 20 20 -20 100 0 0 7
