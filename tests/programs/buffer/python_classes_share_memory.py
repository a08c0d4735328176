# A class with __buffer__ shares memory; __release_buffer__ hears when nobody looks any more.
class Shared:
    def __init__(self):
        self.memory = bytearray(b"hello")
        self.held = 0

    def __buffer__(self, flags):
        self.held += 1
        self.view = memoryview(self.memory)
        return self.view

    def __release_buffer__(self, view):
        self.held -= 1
        print(view is self.view)  # expect: True | True | True | True


shared = Shared()
with memoryview(shared) as view:
    view[0] = ord("j")
    print(shared.held, view.tobytes())  # expect: 1 b'jello'
print(shared.held)  # expect: 0
print(bytes(shared), b"".join([shared]), bytearray(b"12") + shared)  # expect: b'jello' b'jello' bytearray(b'12jello')


class Bad:
    def __buffer__(self, flags):
        return b"bytes"


for wrong in (Bad(), object()):
    try:
        memoryview(wrong)
    except TypeError as error:
        print(error)  # expect: __buffer__ returned non-memoryview object | memoryview: a bytes-like object is required, not 'object'


class Blocked:
    __buffer__ = None


memoryview(Blocked())  # error: TypeError: 'NoneType' object is not callable
