# Operators, with and without constants to fold.
a = b = 1
a + b * 2 - -a ** 2
a // b, a / b, a % b, a @ b, a << 1 >> 2, a & b | a ^ b
~a, +a, not a
1 + 2 * 3 ** 2
"text" * 3 + "!"
(1, 2, (3, 4)), [1, 2, 3], {1, 2, 3}, {"k": 1, **{}}
a if b else 0
