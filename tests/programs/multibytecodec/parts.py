# Text and bytes that come in parts: what waits for the next part is part of the state.
import codecs
import io

encoder = codecs.getincrementalencoder("euc_jis_2004")()
print(encoder.encode("\xe6"), hex(encoder.getstate()), encoder.encode("\u0300"), encoder.encode("\xe6", True))  # expect: b'' 0xa6c302 b'\\xab\\xc4' b'\\xa9\\xdc'
encoder = codecs.getincrementalencoder("iso2022_jp")()
print(encoder.encode("\u3042"), hex(encoder.getstate()), encoder.encode("\u3044"), encoder.encode("", True))  # expect: b'\\x1b$B$"' 0x42c200 b'$$' b'\\x1b(B'
decoder = codecs.getincrementaldecoder("euc_jp")()
print(ascii(decoder.decode(b"\xa4")), decoder.getstate(), ascii(decoder.decode(b"\xa6a", True)))  # expect: '' (b'\\xa4', 0) '\\u3046a'
decoder.setstate((b"\xa4", 0))
print(ascii(decoder.decode(b"\xa6")))  # expect: '\\u3046'
decoder = codecs.getincrementaldecoder("hz")("replace")
print(ascii(decoder.decode(b"a~{<")), decoder.getstate(), ascii(decoder.decode(b":~}b")))  # expect: 'a' (b'<', 1) '\\u5df1b'
for state in ((b"a",), ("a", 0), (b"123456789", 0), (b"a", -1)):
    try:
        decoder.setstate(state)
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)  # expect: TypeError setstate(): illegal state argument | TypeError setstate(): illegal state argument | UnicodeDecodeError 'hz' codec can't decode bytes in position 0-8: pending buffer too large | OverflowError can't convert negative int to unsigned
reader = codecs.getreader("shift_jis")(io.BytesIO("\u3042a\u3044\n\u3046b".encode("shift_jis")))
print(ascii(reader.read(1)), ascii(reader.readline()), ascii(reader.readlines()), reader.errors)  # expect: '\\u3042' 'a\\u3044\\n' ['\\u3046b'] strict
stream = io.BytesIO()
writer = codecs.getwriter("euc_jisx0213")(stream)
writer.write("\xe6")
writer.writelines(["\u0300", "x"])
writer.reset()
print(stream.getvalue())  # expect: b'\\xab\\xc4x'
codecs.getincrementalencoder("euc_jp")(errors="strict").errors = 3  # error: TypeError: errors must be a string
