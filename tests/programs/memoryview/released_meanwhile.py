# A view that is released while an index or a value is computed gives nothing away.
class Index:
    def __index__(self):
        view.release()
        return 4


class Truth:
    def __bool__(self):
        view.release()
        return True


def attempt(action, format="B"):
    global view
    view = memoryview(bytearray(b"\xff" * 16)).cast(format)
    try:
        print(action())  # expect: [255, 255, 255, 255]
    except ValueError as error:
        print(error)  # expect: operation forbidden on released memoryview object | operation forbidden on released memoryview object | operation forbidden on released memoryview object | operation forbidden on released memoryview object


attempt(lambda: view[Index()])
attempt(lambda: list(view[: Index()]))
attempt(lambda: view.__setitem__(Index(), 1))
attempt(lambda: view.__setitem__(0, Index()))
attempt(lambda: view.__setitem__(0, Truth()), "?")
print(memoryview(b"\0\2").cast("?") == memoryview(b"\0\4").cast("?"))  # expect: True
inner = memoryview(bytearray(3))
outer = inner.__buffer__(0)
try:
    inner.release()
except BufferError as error:
    print(error)  # expect: memoryview has 1 exported buffer
outer.release()
inner.release()
print(bytearray(b"it's"), bytearray(b'"'), bytearray(b"'\""))  # expect: bytearray(b"it\\'s") bytearray(b'"') bytearray(b'\\'"')
