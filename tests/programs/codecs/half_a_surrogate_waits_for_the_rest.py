import codecs

for errors in ("strict", "surrogatepass"):
    decoder = codecs.getincrementaldecoder("utf-8")(errors)
    print(ascii(decoder.decode(b"\xed")), ascii(decoder.decode(b"\xa0")))  # expect: '' '' | '' ''
    try:
        print(ascii(decoder.decode(b"\x80", True)))  # expect: '\\ud800'
    except UnicodeDecodeError as error:
        print(error)  # expect: 'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte
