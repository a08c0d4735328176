# A subclass of a native type may watch its memory: what it sees then cannot be kept.
class Watched(bytearray):
    def __release_buffer__(self, view):
        print(view.tobytes())  # expect: b'abc'
        for attempt in (lambda: memoryview(view), lambda: view[:1], lambda: view.cast("b"), view.toreadonly):
            try:
                attempt()
            except ValueError as error:
                print(error)  # expect: cannot create new view on restricted memoryview | cannot create new view on restricted memoryview | cannot create new view on restricted memoryview | cannot create new view on restricted memoryview
        self.kept = view
        super().__release_buffer__(view)


watched = Watched(b"abc")
view = memoryview(watched)
try:
    watched.append(1)
except BufferError as error:
    print(error)  # expect: Existing exports of data: object cannot be re-sized
view.release()
watched.append(1)
try:
    watched.kept.tobytes()
except ValueError as error:
    print(error)  # expect: operation forbidden on released memoryview object

plain = bytearray(b"abc")
view = plain.__buffer__(0)
print(view.tobytes())  # expect: b'abc'
plain.__release_buffer__(view)
for wrong in (view, memoryview(b""), 3):
    try:
        plain.__release_buffer__(wrong)
    except (TypeError, ValueError) as error:
        print(error)  # expect: memoryview's buffer has already been released | memoryview's buffer is not this object | expected a memoryview object
print(hasattr(b"", "__buffer__"), hasattr(b"", "__release_buffer__"))  # expect: True False
plain.__buffer__(1 << 31)  # error: OverflowError: buffer flags out of range
