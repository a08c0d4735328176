# round() decides ties by the exact value.
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5, -2), round(1e300, 2))  # expect: 2 4 -2 2.67 1200.0 1e+300
print(int(1e20), round(0.5), round(1.5), f"{2.675:.2f} {1e-7:.3g} {123456.789:e} {0.5:%}")  # expect: 100000000000000000000 0 2 2.67 1e-07 1.234568e+05 50.000000%
int(float("nan"))  # error: ValueError: cannot convert float NaN to integer
