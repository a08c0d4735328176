# Equal items keep their order, in reverse too.
words = ['bb', 'a', 'cc', 'b', 'aaa', 'dd', 'c']
words.sort(key=lambda word: word.__len__())
print(words)                    # expect: ['a', 'b', 'c', 'bb', 'cc', 'dd', 'aaa']
words.sort(key=lambda word: word.__len__(), reverse=True)
print(words)                    # expect: ['aaa', 'bb', 'cc', 'dd', 'a', 'b', 'c']
mixed = [3, 1.5, True, -2, 2.5, 10 ** 30, 0]
mixed.sort()
print(mixed)                    # expect: [-2, 0, True, 1.5, 2.5, 3, 1000000000000000000000000000000]
pairs = [(n % 3, -n) for n in range(8)]
pairs.sort()
print(pairs)                    # expect: [(0, -6), (0, -3), (0, 0), (1, -7), (1, -4), (1, -1), (2, -5), (2, -2)]
[1, 'a'].sort()                 # error: TypeError: '<' not supported between instances of 'str' and 'int'
