# prints the order of iteration after sequences of operations; a fixed linear congruential generator chooses
state = 1
def rnd(n):
    global state
    state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
    return (state >> 8) % n
out = []
for bound in (8, 40, 300, 5000, 10**9):
    s = set()
    for _ in range(200):
        op = rnd(10)
        if op < 6: s.add(rnd(bound))
        elif op < 8: s.discard(rnd(bound))
        elif op < 9 and s: s.pop()
        elif op == 9:
            s |= {rnd(bound) for _ in range(3)}
    out.append(' '.join(map(str, s)))
print('\n'.join(out))
