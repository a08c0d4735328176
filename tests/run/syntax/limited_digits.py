# Integers in a source have as many decimal digits as sys.set_int_max_str_digits() allows; the error has no columns.
import sys

def refuse(source, mode="exec"):
    try:
        compile(source, "?", mode)
    except SyntaxError as error:
        return error
    return "taken"

sys.set_int_max_str_digits(640)
error = refuse("x = 1\ny = " + "1_1" * 321)
print(error.msg)
# expect: Exceeds the limit (640 digits) for integer string conversion: value has 642 digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.
print(error.lineno, error.offset, error.end_lineno, error.end_offset, error.text[:7])  # expect: 2 0 2 0 y = 1_1
print(refuse("1" * 640, "eval"))                      # expect: taken
print(refuse("0x" + "1" * 641, "eval"))               # expect: taken
print(refuse("1" * 641 + ".", "eval"))                # expect: taken
print(refuse("0" * 641, "eval"))                      # expect: taken

# What comes first counts.
long = "1" * 641
print(refuse(f"y = {long} +").msg[:17])               # expect: Exceeds the limit
print(refuse(f"y = 1 1; {long}").msg)                 # expect: invalid syntax
print(refuse(f"print {long}").msg[:17])               # expect: Exceeds the limit
print(refuse(f"y = [\n{long}\n").msg)                 # expect: '[' was never closed
print(refuse(f"f'{{x:{{{long}}}}}'", "eval").msg[:17])  # expect: Exceeds the limit

sys.set_int_max_str_digits(0)
print(refuse("1" * 5000, "eval"))                     # expect: taken
