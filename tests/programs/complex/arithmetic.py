# Complex numbers.
print((1 + 2j) * (3 - 4j), (1 + 2j) / (3 - 4j), abs(3 + 4j), (1 + 2j).conjugate())  # expect: (11+2j) (-0.2+0.4j) 5.0 (1-2j)
print((1j) ** 2, 2 ** (1 + 1j), complex("1-2j"), complex(1, -0.0), 1j - 1)  # expect: (-1+0j) (1.5384778027279442+1.2779225526272695j) (1-2j) (1-0j) (-1+1j)
print(1 + 0j == 1, hash(1 + 0j) == hash(1), (1 + 2j) == (1 + 2j))  # expect: True True True
(1 + 1j) < 2  # error: TypeError: '<' not supported between instances of 'complex' and 'int'
