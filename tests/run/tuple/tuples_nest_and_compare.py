t = (1, 'a', (2.5, None))
print(t, t[1:], t[-1][0], t * 2, t + ())    # expect: (1, 'a', (2.5, None)) ('a', (2.5, None)) 2.5 (1, 'a', (2.5, None), 1, 'a', (2.5, None)) (1, 'a', (2.5, None))
print((1, 2) < (1, 3), (1, 2) < (1, 2, 0), (2,) > (1, 9), () == ())     # expect: True True True True
print((1,), (), t.count('a'), t.index('a'), t is t[:])  # expect: (1,) () 1 1 True
nested = []
nested.append((nested,))
print(nested)                   # expect: [([...],)]
(1, 'a') < (1, 2)               # error: TypeError: '<' not supported between instances of 'str' and 'int'
