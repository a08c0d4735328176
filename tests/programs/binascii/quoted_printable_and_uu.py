# The encodings of mail.
import binascii
print(binascii.b2a_uu(b'abc'), binascii.b2a_uu(b'\0\0', backtick=True))    # expect: b'#86)C\\n' b'"````\\n'
print(binascii.a2b_uu(b'#86)C\n'), binascii.a2b_uu(b'!'))                  # expect: b'abc' b'\\x00'
for line in (b'', b'#86)Cx\n', b'#86\x80'):
    try:
        binascii.a2b_uu(line)
    except binascii.Error as error:
        print(error)  # expect: Missing length byte | Trailing garbage | Illegal char
# expect: Missing length byte
# expect: Trailing garbage
# expect: Illegal char
print(binascii.a2b_qp(b'=ab=CD_', header=True), binascii.a2b_qp(b'a=\r\nb'), binascii.a2b_qp(b'=AX'))  # expect: b'\\xab\\xcd ' b'ab' b'=AX'
print(binascii.b2a_qp(b'x y \t\n_=', header=True))                         # expect: b'x_y_=09\\n=5F=3D'
print(binascii.b2a_qp(b'.\n..'), binascii.b2a_qp(b'a\r\n', istext=False))  # expect: b'=2E\\n..' b'a=0D=0A'
print(binascii.b2a_qp(b'x' * 80))  # expect: b'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=\\nxxxxx'
