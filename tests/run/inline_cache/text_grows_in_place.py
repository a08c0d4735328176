# s = s + t may reuse the memory of s, but never that of a string which somebody else has.
def build(n):
    s = ''
    kept = []
    for i in range(n):
        s += chr(97 + i % 26)
        if i % 10 == 0:
            kept.append(s)
    return s, kept

s, kept = build(40)
print(s)                        # expect: abcdefghijklmnopqrstuvwxyzabcdefghijklmn
print(kept)                     # expect: ['a', 'abcdefghijk', 'abcdefghijklmnopqrstu', 'abcdefghijklmnopqrstuvwxyzabcde']
def twice(n):
    s = 'ab'
    for _ in range(n):
        s = s + s
    return s
print(twice(3), hash(twice(3)) == hash('ab' * 8))   # expect: abababababababab True
def wide():
    s = ''
    t = s
    for c in 'aü€😀' * 3:
        t = s
        s += c
    return s, t
print(*wide())                  # expect: aü€😀aü€😀aü€😀 aü€😀aü€😀aü€
def keys(n):
    s, d = '', {}
    for i in range(n):
        s += 'x'
        d[s] = len(s)
    return d
print(keys(5))                  # expect: {'x': 1, 'xx': 2, 'xxx': 3, 'xxxx': 4, 'xxxxx': 5}
