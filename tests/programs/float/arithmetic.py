# Floats are IEEE doubles; the remainder has the divisor's sign.
print(0.1 + 0.2, 1e16 + 1, 7.5 // 2, -7.5 // 2, 7.5 % -2, divmod(-1.0, 3))  # expect: 0.30000000000000004 1e+16 3.0 -4.0 -0.5 (-1.0, 2.0)
print(2.0**0.5, (-8.0) ** (1 / 3), 0.0**0, float("inf") - 1)  # expect: 1.4142135623730951 (1.0000000000000002+1.7320508075688772j) 1.0 inf
print(-0.0, 0.0 == -0.0, 1e308 * 10, float("nan") != float("nan"))  # expect: -0.0 True inf True
print(1.5.as_integer_ratio(), 0.1.hex(), float.fromhex("0x1.8p1"), (2.5).is_integer())  # expect: (3, 2) 0x1.999999999999ap-4 3.0 False
1.0 / 0  # error: ZeroDivisionError: division by zero
