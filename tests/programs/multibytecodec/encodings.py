# Each encoding of Chinese, Japanese and Korean: text goes round, states are left, mistakes are placed.
text = "a~\u3042\u6f22\u5b57"
for name in (
    "gb2312 gbk gb18030 hz big5hkscs shift_jis cp932 euc_jp shift_jis_2004 euc_jis_2004 euc_jisx0213 shift_jisx0213 big5"
    " cp950 iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext"
).split():
    encoded = text.encode(name)  # error: UnicodeEncodeError: 'gb2312' codec can't encode character '\u6f22' in position 3: illegal multibyte sequence
    print(name, encoded, encoded.decode(name) == text)
for name in ("euc_kr", "cp949", "johab", "iso2022_kr"):
    encoded = "a\ud55c\uae00".encode(name)
    print(name, encoded, encoded.decode(name) == "a\ud55c\uae00")
print("\ub620".encode("euc_kr"), b"\xa4\xd4\xa4\xa8\xa4\xc7\xa4\xb0".decode("euc_kr"))
print("\u20ac\U0001f600".encode("gb18030"), b"\x949\xfc6".decode("gb18030"))
print("\u304b\u309a".encode("euc_jis_2004"), ascii(b"\xa4\xf7".decode("shift_jis_2004", "replace")))
print(ascii(b"\x88b\x88f".decode("big5hkscs")), "\xca\u0304\xca".encode("big5hkscs"))
for errors in ("ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace"):
    print("a\xff\u3042".encode("iso2022_jp", errors))
for data in (b"a\xff", b"a\xa4", b"\x8f\xa1"):
    try:
        data.decode("euc_jp")
    except UnicodeDecodeError as error:
        print(error)
print(ascii(b"\xa4\xa6\xff\xa4".decode("euc_jp", "replace")), b"\x1b$B$\"\x1bX".decode("iso2022_jp"))
"\udc80".encode("cp949")
