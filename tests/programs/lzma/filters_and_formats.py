# Containers, chains of filters, and their options as bytes.
import _lzma
data = b'abc' * 100
for arguments, back in (({}, {}), ({'format': 2}, {}), ({'check': 10, 'preset': 1}, {}),
                        ({'filters': [{'id': 3, 'dist': 3}, {'id': 33}]}, {}),
                        ({'format': 3, 'filters': [{'id': 33}]}, {'format': 3, 'filters': [{'id': 33}]})):
    c = _lzma.LZMACompressor(**arguments)
    packed = c.compress(data) + c.flush()
    d = _lzma.LZMADecompressor(**back)
    print(d.decompress(packed + b'yy') == data, d.eof, d.unused_data, d.check)  # expect: True True b'yy' 4 | True True b'yy' 0 | True True b'yy' 10 | True True b'yy' 4 | True True b'yy' 0
# expect: True True b'yy' 4
# expect: True True b'yy' 0
# expect: True True b'yy' 10
# expect: True True b'yy' 4
# expect: True True b'yy' 0
print(_lzma._encode_filter_properties({'id': 33}), _lzma._encode_filter_properties({'id': 3, 'dist': 4}))  # expect: b'\\x16' b'\\x03'
print(_lzma._decode_filter_properties(33, b'\x16'))     # expect: {'id': 33, 'dict_size': 8388608}
for call in (lambda: _lzma.LZMACompressor(99), lambda: _lzma.LZMACompressor(format=3), lambda: _lzma.LZMACompressor(preset=99),
             lambda: _lzma.LZMACompressor(filters=[{'id': 99}]), lambda: _lzma.LZMADecompressor().decompress(b'junkjunkjunk'),
             lambda: _lzma.LZMACompressor(filters=[{'id': 33, 'foo': 1}])):
    try:
        call()
    except (ValueError, _lzma.LZMAError) as error:
        print(type(error).__name__, error)  # expect: ValueError Invalid container format: 99 | ValueError Must specify filters for FORMAT_RAW | LZMAError Invalid or unsupported options | ValueError Invalid filter ID: 99 | LZMAError Input format not supported by decoder | ValueError Invalid filter specifier for LZMA filter
# expect: ValueError Invalid container format: 99
# expect: ValueError Must specify filters for FORMAT_RAW
# expect: LZMAError Invalid or unsupported options
# expect: ValueError Invalid filter ID: 99
# expect: LZMAError Input format not supported by decoder
# expect: ValueError Invalid filter specifier for LZMA filter
