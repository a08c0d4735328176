# SHA-3 has fixed lengths, SHAKE those that one asks for.
import _sha3
print(_sha3.sha3_224(b'abc').hexdigest())               # expect: e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf
print(_sha3.shake_128(b'abc').hexdigest(8), _sha3.shake_256(b'abc').digest(4))  # expect: 5881092dd818bf5c b'H3f`'
h = _sha3.sha3_256()
c = h.copy()
h.update(b'x')
print(h.digest() != c.digest(), h._rate_bits, h._capacity_bits, h._suffix)  # expect: True 1088 512 b'\\x06'
for length in (-1, 2**29):
    try:
        _sha3.shake_128().digest(length)
    except ValueError as error:
        print(error)  # expect: Cannot convert negative int | length is too large
# expect: Cannot convert negative int
# expect: length is too large
