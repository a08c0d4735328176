# The quotient of integers is the nearest float.
print(1 / 3, 10**30 / 7, (2**53 + 1) / 1, 2**1100 / 2**1050)  # expect: 0.3333333333333333 1.4285714285714285e+29 9007199254740992.0 1125899906842624.0
print(1 / 10**320, -(10**400) / 10**90)  # error: OverflowError: integer division result too large for a float
10**400 / 1
