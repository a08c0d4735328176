# Methods of str.
print("a,b,,c".split(","), " a  b ".split(), "x".join("abc"), "abc".replace("b", "é"), "Hello".swapcase())  # expect: ['a', 'b', '', 'c'] ['a', 'b'] axbxc aéc hELLO
print("abcé"[-1], "abcdef"[1:5:2], "é" * 3, "b" in "abc", "abc".find("c"), "%s %05.1f %r" % ("a", 2.25, "b"))  # expect: é bd ééé True 2 a 002.2 'b'
print("{0:>5}|{name!r}".format("a", name="b"), f"{'x':^7}", "ß".upper(), "İ".lower(), "ǅ".title(), "straße".casefold())  # expect:     a|'b'    x    SS i̇ ǅ strasse
print("a\tb".expandtabs(4), "42".zfill(5), "line\nbreak".splitlines(), "xxabcxx".strip("x"), "abc".partition("b"))  # expect: a   b 00042 ['line', 'break'] abc ('a', 'b', 'c')
print("é".encode(), b"\xe2\x82\xac".decode(), ascii("é"), repr("a'b\n\x00"), "\ud800".encode("utf-8", "surrogatepass"))  # expect: b'\\xc3\\xa9' € '\\xe9' "a'b\\n\\x00" b'\\xed\\xa0\\x80'
print("abc" < "abd", hash("") == hash(b""), "a".isidentifier(), "٣".isdecimal(), "Ⅷ".isnumeric())  # expect: True True True True True
"abc".index("z")  # error: ValueError: substring not found
