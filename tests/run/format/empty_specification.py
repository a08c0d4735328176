# Without a specification, numbers format as str() makes them.
print(f"{True} {[] is None}", format(False), format(True, ''), format(True, 'd'))    # expect: True False False True 1
class I(int):
    def __str__(self): return 'own int'
class F(float):
    def __str__(self): return 'own float'
class C(complex):
    def __str__(self): return 'own complex'
print(f"{I(1)}, {F(1)}, {C(1)}")        # expect: own int, own float, own complex
print(f"{1}, {10**20}, {1.5}, {2j}")    # expect: 1, 100000000000000000000, 1.5, 2j
