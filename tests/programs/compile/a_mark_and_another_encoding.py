# A byte order mark and the declaration of another encoding: the error tells the line of the declaration.
def show(source):
    try:
        compile(source, 'file', 'exec')
    except SyntaxError as error:
        print(error.msg, error.filename, error.lineno, error.offset, error.end_offset, ascii(error.text))  # expect: encoding problem: latin1 with BOM file 1 0 15 '#coding: latin1' | encoding problem: latin1 with BOM file 1 0 17 '#coding: latin1 \\ufffd' | encoding problem: koi8-r with BOM file 2 0 16 '#coding: koi8-r' | encoding problem: koi8-r with BOM file 2 0 22 '  # coding: koi8-r \\u0436\\u0436'


show(b'\xef\xbb\xbf#coding: latin1\nx')
show(b'\xef\xbb\xbf#coding: latin1 \xff\nx')
show(b'\xef\xbb\xbf#first\n#coding: koi8-r\nx')
show('\ufeff#first\r  # coding: koi8-r \u0436\u0436\rx'.encode())
