# Integer division rounds towards minus infinity; the remainder has the divisor's sign.
for a, b in [(7, 2), (-7, 2), (7, -2), (-7, -2)]:
    print(a // b, a % b)  # expect: 3 1 | -4 1 | -4 -1 | 3 -1
print(divmod(-(10**30), 7))  # expect: (-142857142857142857142857142858, 6)
print(-1 // 10**20, -1 % 10**20)  # expect: -1 99999999999999999999
1 // 0  # error: ZeroDivisionError: division by zero
