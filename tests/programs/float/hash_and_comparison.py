# Equal numbers hash alike, whatever their type; comparison with integers is exact.
print(hash(1.0) == hash(1), hash(0.5), hash(float("inf")), hash(2.0**70) == hash(2**70))  # expect: True 1152921504606846976 314159 True
print(2**53 + 1 > float(2**53), 1e300 < 10**400, float("inf") > 10**400, 0.5 < 1)  # expect: True True True True
