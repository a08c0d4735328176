# Arrays go through pickle, also those of machines with another order of bytes.
import array
import copy
import pickle

for code in "bHlQfdw":
    a = array.array(code, "ab" if code == "w" else [1, 2])
    print([pickle.loads(pickle.dumps(a, protocol)) == a for protocol in range(6)], copy.copy(a) == a)  # expect: [True, True, True, True, True, True] True | [True, True, True, True, True, True] True | [True, True, True, True, True, True] True | [True, True, True, True, True, True] True | [True, True, True, True, True, True] True | [True, True, True, True, True, True] True | [True, True, True, True, True, True] True
print(array.array("i", [1]).__reduce_ex__(3)[1][1:], array.array("i", [1]).__reduce_ex__(2)[1])  # expect: ('i', 8, b'\\x01\\x00\\x00\\x00') ('i', [1])
print(array._array_reconstructor(array.array, "i", 9, b"\0\0\0\1"))  # expect: array('i', [1])
print(array._array_reconstructor(array.array, "w", 18, "ab".encode("utf-16-le")))  # expect: array('w', 'ab')
array._array_reconstructor(int, "i", 8, b"")  # error: TypeError: int is not a subtype of array.array
