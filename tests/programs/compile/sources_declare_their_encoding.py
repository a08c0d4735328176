# Bytes are decoded with the codec that their first lines name.
def show(source):
    try:
        print(compile(source, 'file', 'exec').co_consts)  # expect: ('ж', None) | ('Щ', None)
    except SyntaxError as error:
        print(error.args)  # expect: ('unknown encoding: foo', ('file', 0, -1, None)) | ("'ascii' codec can't decode byte 0xff in position 21: ordinal not in range(128)", ('file', 0, -1, None))

show('# coding: koi8-r\nx = "\u0436"'.encode('koi8-r'))
show(b'# coding: iso8859-5\nx = "\xc9"')
show(b'# coding: foo\n')
show(b'# coding: ascii\nx = "\xff"')
