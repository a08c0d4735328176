# Codecs that are written in Python are found without an import.
print('é.com'.encode('idna'), b'\xb1'.decode('iso8859-2'))  # expect: b'xn--9ca.com' ą
try:
    'x'.encode('no such codec')
except LookupError as error:
    print(error)                        # expect: unknown encoding: no such codec
