# An instruction must not go beyond its frame, and a frame not begin inside another.
import io, pickle
def tell(data):
    try:
        print(pickle.loads(data))  # expect: 1 | 1 | (1, 2)
    except Exception as error:
        print(type(error).__name__, error)  # expect: UnpicklingError beginning of a new frame before end of current frame | UnpicklingError pickle data was truncated | UnpicklingError pickle exhausted before end of frame | ValueError could not convert string to int | UnicodeDecodeError 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte | UnpicklingError unpickling stack underflow
frame = lambda body: b'\x95' + len(body).to_bytes(8, 'little') + body
tell(b'\x80\x04' + frame(b'K\x01.'))
tell(b'\x80\x04' + frame(b'K') + b'\x01.')
tell(b'\x80\x04' + frame(b'K\x01') + frame(b'K\x02\x86.'))
tell(b'\x80\x04' + b'\x95\x0c\x00\x00\x00\x00\x00\x00\x00' + frame(b'K\x01.'))
tell(b'\x80\x04' + b'\x95\x0c\x00\x00\x00\x00\x00\x00\x00K\x01.')
tell(b'\x80\x04' + frame(b'I1') + b'2\n.')
tell(b'I1a\n.')
tell(b'c\xff\nx\n.')
tell(b'p0\n.')
file = io.BytesIO(pickle.dumps(1) + pickle.dumps('b' * 70000) + b'rest')
print(pickle.load(file), len(pickle.load(file)), file.read())  # expect: 1 70000 b'rest'
class Own:
    def __reduce__(self): return 5
try:
    pickle.dumps([Own()])
except pickle.PicklingError as error:
    print(error.__notes__)                                    # expect: ['when serializing Own object', 'when serializing list item 0']
