zero, large = 0, -(10**70)
print(zero / large)  # expect: -0.0
print(zero / -large)  # expect: 0.0
