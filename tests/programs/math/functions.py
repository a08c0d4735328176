# The module math.
import math
print(math.gcd(12, 18, 27), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.isqrt(10**20))  # expect: 3 12 2432902008176640000 120 20 10000000000
print(math.fsum([0.1] * 10), math.hypot(3, 4), math.dist((1, 2), (4, 6)), math.prod([2, 3, 4]), math.sumprod([1, 2], [3, 4]))  # expect: 1.0 5.0 5.0 24 11
print(math.gamma(0.5), math.lgamma(10.5), math.gamma(7), math.erf(0.5), math.erfc(2))  # expect: 1.7724538509055159 13.940625219403763 720.0 0.5204998778130465 0.004677734981047266
print(math.floor(-1.5), math.ceil(1.2), math.trunc(-1.7), math.frexp(10), math.ldexp(0.625, 4), math.modf(2.5))  # expect: -2 2 -1 (0.625, 4) 10.0 (0.5, 2.0)
print(math.log(1000, 10), math.log2(2**70), math.log10(10**400), math.log1p(1e-10), math.expm1(1e-10))  # expect: 2.9999999999999996 70.0 400.0 9.999999999500001e-11 1.00000000005e-10
print(math.copysign(1, -0.0), math.nextafter(1, 2), math.ulp(1.0), math.remainder(7, 4), math.fmod(-7, 4))  # expect: -1.0 1.0000000000000002 2.220446049250313e-16 -1.0 -3.0
print(math.isclose(1, 1 + 1e-10), math.isnan(math.nan), math.isinf(-math.inf), math.degrees(math.pi), math.cbrt(8))  # expect: True True True 180.0 2.0
math.sqrt(-1)  # error: ValueError: expected a nonnegative input, got -1.0
