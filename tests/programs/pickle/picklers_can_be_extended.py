# Persistent ids, reducers, dispatch tables and buffers are asked in CPython's order.
import copyreg, io, pickle
class Pickler(pickle.Pickler):
    def persistent_id(self, value): return 'id' if value == 'far' else None
    def reducer_override(self, value): return (str, (value.name,)) if isinstance(value, Named) else NotImplemented
class Named:
    def __init__(self, name): self.name = name
class Unpickler(pickle.Unpickler):
    def persistent_load(self, pid): return ['loaded', pid]
    def find_class(self, module, name): return super().find_class(module, name)
file = io.BytesIO()
Pickler(file, 2).dump(['far', Named('n'), Named])
print(file.getvalue())                                        # expect: b'\x80\x02]q\x00(X\x02\x00\x00\x00idq\x01Qc__builtin__\nunicode\nq\x02X\x01\x00\x00\x00nq\x03\x85q\x04Rq\x05c__main__\nNamed\nq\x06e.'
file.seek(0)
print(Unpickler(file).load())                                 # expect: [['loaded', 'id'], 'n', <class '__main__.Named'>]
kept = []
packed = pickle.dumps([pickle.PickleBuffer(b'abc'), pickle.PickleBuffer(bytearray(b'd'))], 5, buffer_callback=kept.append)
print(packed, [bytes(b) for b in kept], pickle.loads(packed, buffers=kept)[0].raw().tolist())  # expect: b'\x80\x05\x95\x08\x00\x00\x00\x00\x00\x00\x00]\x94(\x97\x98\x97e.' [b'abc', b'd'] [97, 98, 99]
p = pickle.Pickler(io.BytesIO())
p.dispatch_table = {Named: lambda value: (int, (7,))}
p.dump(Named('x'))
print(len(p.memo.copy()), p.memo.clear(), len(p.memo.copy()), p.bin, p.fast)  # expect: 5 None 0 1 0
def tell(f):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, str(error).split(' at 0x')[0], len(getattr(error, '__notes__', '')))
tell(lambda: pickle.dumps([1, lambda: 0]))                    # expect: PicklingError Can't pickle local object <function <lambda>.<locals>.<lambda> 1
tell(lambda: pickle.loads(b''))                               # expect: EOFError Ran out of input 0
tell(lambda: pickle.loads(b'\x80\x04K'))                      # expect: UnpicklingError pickle data was truncated 0
tell(lambda: pickle.loads(b'h\x05.'))                         # expect: UnpicklingError Memo value not found at index 5 0
tell(lambda: pickle.loads(b'0.'))                             # expect: UnpicklingError unpickling stack underflow 0
tell(lambda: pickle.loads(b'\x80\x09.'))                      # expect: ValueError unsupported pickle protocol: 9 0
tell(lambda: pickle.loads(b'!'))                              # expect: UnpicklingError invalid load key, '!'. 0
tell(lambda: pickle.loads(b'Pabc\n.'))                        # expect: UnpicklingError A load persistent id instruction was encountered, but no persistent_load function was specified. 0
tell(lambda: pickle.loads(b"(S'a'\nd."))                      # expect: UnpicklingError odd number of items for DICT 0
tell(lambda: pickle.dumps(1, 9))                              # expect: ValueError pickle protocol must be <= 5 0
tell(lambda: pickle.dumps(pickle.PickleBuffer(b''), 4))       # expect: PicklingError PickleBuffer can only be pickled with protocol >= 5 0
class Wrong:
    def __reduce__(self): return 5
tell(lambda: pickle.dumps({'a': Wrong()}))                    # expect: PicklingError __reduce__ must return a string or tuple, not int 2
