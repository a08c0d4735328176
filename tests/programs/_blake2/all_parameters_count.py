# Keys, salts and places in a tree change the digest; each has its range.
from hashlib import blake2b, blake2s
print(blake2b(b'abc', digest_size=8).hexdigest(), blake2s(b'abc', digest_size=8).hexdigest())  # expect: d8bb14d833d59559 972e9d2cd6de6402
print(blake2b(b'a', fanout=2, depth=2, leaf_size=3, node_offset=4, node_depth=1, inner_size=64, last_node=True,  # expect: f4ab47287edcc8a95c173486f8
              key=b'abc', salt=b's', person=b'p', digest_size=13).hexdigest())
print(blake2b.SALT_SIZE, blake2s.MAX_KEY_SIZE, blake2s().block_size)      # expect: 16 32 64
for arguments in ({'digest_size': 65}, {'salt': b'x' * 17}, {'depth': 0}, {'leaf_size': 2**32}, {'node_offset': -1}):
    try:
        blake2b(**arguments)
    except (ValueError, OverflowError) as error:
        print(error)  # expect: digest_size for Blake2b must be between 1 and 64 bytes, here it is 65 | maximum salt length is 16 bytes | depth must be between 1 and 255 | leaf_size is too large | Cannot convert negative int
# expect: digest_size for Blake2b must be between 1 and 64 bytes, here it is 65
# expect: maximum salt length is 16 bytes
# expect: depth must be between 1 and 255
# expect: leaf_size is too large
# expect: Cannot convert negative int
