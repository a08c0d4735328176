# Messages are authenticated with any digest that hashlib has natively.
import _hmac

for name in ("md5", "sha1", "SHA224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "Sha3_512"):
    h = _hmac.new(b"key", b"message", name)
    print(h.name, h.block_size, h.digest_size, h.hexdigest()[:16])  # expect: hmac-md5 64 16 4e4748e62b463521 | hmac-sha1 64 20 2088df74d5f2146b | hmac-sha224 64 28 a0b5eecae3f74f05 | hmac-sha256 64 32 6e9ef29b75fffc5b | hmac-sha384 128 48 0fd3ae3237be98c6 | hmac-sha512 128 64 e477384d7ca229dd | hmac-sha3_224 144 28 d67a1f6c06fba028 | hmac-sha3_256 136 32 0f43852a24d5597a | hmac-sha3_384 104 48 be48b7a82bf3dda2 | hmac-sha3_512 72 64 4b733ae1713d83ed
h = _hmac.new(b"k" * 200, digestmod="sha256")
twin = h.copy()
h.update(b"message")
print(h.digest() == _hmac.compute_sha256(b"k" * 200, b"message"))  # expect: True
print(twin.hexdigest() == h.hexdigest())  # expect: False
print(_hmac.compute_digest(b"", b"", "md5").hex())  # expect: 74e6f7298a9c2d168935f58c001bad88
try:
    _hmac.new(b"key", b"", "shake_128")
except _hmac.UnknownHashError as error:
    print(error)  # expect: unsupported hash type: 'shake_128'
_hmac.new("key", b"", "md5")  # error: TypeError: Strings must be encoded before hashing
