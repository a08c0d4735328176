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
Pickler(file, 2).dump(['far', Named('n'), Named])  # error: PicklingError: Can't pickle <class '__main__.Named'>: it's not found as __main__.Named
print(file.getvalue())
file.seek(0)
print(Unpickler(file).load())
kept = []
packed = pickle.dumps([pickle.PickleBuffer(b'abc'), pickle.PickleBuffer(bytearray(b'd'))], 5, buffer_callback=kept.append)
print(packed, [bytes(b) for b in kept], pickle.loads(packed, buffers=kept)[0].raw().tolist())
p = pickle.Pickler(io.BytesIO())
p.dispatch_table = {Named: lambda value: (int, (7,))}
p.dump(Named('x'))
print(len(p.memo.copy()), p.memo.clear(), len(p.memo.copy()), p.bin, p.fast)
def tell(f):
    try:
        print(f())
    except Exception as error:
        print(type(error).__name__, str(error).split(' at 0x')[0], len(getattr(error, '__notes__', '')))
tell(lambda: pickle.dumps([1, lambda: 0]))
tell(lambda: pickle.loads(b''))
tell(lambda: pickle.loads(b'\x80\x04K'))
tell(lambda: pickle.loads(b'h\x05.'))
tell(lambda: pickle.loads(b'0.'))
tell(lambda: pickle.loads(b'\x80\x09.'))
tell(lambda: pickle.loads(b'!'))
tell(lambda: pickle.loads(b'Pabc\n.'))
tell(lambda: pickle.loads(b"(S'a'\nd."))
tell(lambda: pickle.dumps(1, 9))
tell(lambda: pickle.dumps(pickle.PickleBuffer(b''), 4))
class Wrong:
    def __reduce__(self): return 5
tell(lambda: pickle.dumps({'a': Wrong()}))
