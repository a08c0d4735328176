# Arrays hold items of one type; what does not fit is refused.
from array import array


def error(*args):
    try:
        array(*args)
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)  # expect: TypeError array() takes at least 1 argument (0 given) | ValueError bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d) | TypeError array() argument 1 must be a unicode character, not a string of length 2 | TypeError 'float' object cannot be interpreted as an integer | OverflowError unsigned byte integer is greater than maximum | OverflowError signed short integer is greater than maximum | OverflowError can't convert negative value to unsigned int | OverflowError int too big to convert | TypeError cannot use a str to initialize an array with typecode 'i' | ValueError bytes length not a multiple of item size


print(array("i", [1, 2, 3]), array("d", array("i", [1])), array("w", "aé"), array("B", b"ab"), array("f"))  # expect: array('i', [1, 2, 3]) array('d', [1.0]) array('w', 'aé') array('B', [97, 98]) array('f')
error()
error("x")
error("ii")
error("i", [1.5])
error("B", [256])
error("b", [40000])
error("I", [-1])
error("Q", [2**64])
error("i", "abc")
error("i", b"abc")
a = array("i", [1, 2, 3, 4])
a[1:3] = array("i", [9])
a += a[::-1]
a.insert(-1, 7)
print(a, a.index(9), a.count(1), a.pop(), 4 in a, a * 2)  # expect: array('i', [1, 9, 4, 4, 9, 7]) 1 2 1 True array('i', [1, 9, 4, 4, 9, 7, 1, 9, 4, 4, 9, 7])
print(a == array("d", a), a < array("i", [2]), a.tobytes()[:4], a.itemsize)  # expect: True True b'\\x01\\x00\\x00\\x00' 4
view = memoryview(a)
print(view.format, view.itemsize, view.tolist())  # expect: i 4 [1, 9, 4, 4, 9, 7]
try:
    a.append(1)
except BufferError as error:
    print(error)  # expect: cannot resize an array that is exporting buffers
