# int() reads digits in any base; formats write them.
print(int("0x_ff", 16), int("-0b101", 0), int(" 42 "), int("٣"))  # expect: 255 -5 42 3
print(int(3.99), int(-3.99), int(True), int(b"17"))  # expect: 3 -3 1 17
print(bin(-5), oct(64), hex(255), f"{1234567:,} {255:#x} {-42:08d} {3:>5}|{3:^5}|")  # expect: -0b101 0o100 0xff 1,234,567 0xff -0000042     3|  3  |
print((1000).bit_length(), (-255).bit_count(), (1024).to_bytes(2), int.from_bytes(b"\xff\x00", "little", signed=True))  # expect: 10 8 b'\\x04\\x00' 255
int("1__0")  # error: ValueError: invalid literal for int() with base 10: '1__0'
