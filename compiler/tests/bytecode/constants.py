"""Documentation of the module."""
0, 255, 256, -1, 10**20, 0x7fffffffffffffff, 1.5, -0.0, 0.0, 2j, True, False, None, ...
b"bytes", "text", "\ud800", "é€😀"
{0.0, -0.0}, x in {1, True, 1.0, "a"}
