# Each family has its form of address.
import _socket
s, u = _socket.socket(), _socket.socket(_socket.AF_UNIX)
six = _socket.socket(_socket.AF_INET6)
for bind, address in ((s.bind, 1), (s.bind, ('x',)), (s.bind, ('127.0.0.1', 70000)), (s.bind, ('127.0.0.1', 'x')),
                      (s.bind, ('a\0', 1)), (six.bind, ('::1', 1, 2**20)), (u.bind, 'x' * 200), (u.bind, 1)):
    try:
        bind(address)
    except (TypeError, OverflowError, OSError) as error:
        print(type(error).__name__, error)  # expect: TypeError bind(): AF_INET address must be tuple, not int | TypeError AF_INET address must be a pair (host, port) | OverflowError bind(): port must be 0-65535. | TypeError 'str' object cannot be interpreted as an integer | TypeError host name must not contain null character | OverflowError bind(): flowinfo must be 0-1048575. | OSError AF_UNIX path too long | TypeError a bytes-like object is required, not 'int'
# expect: TypeError bind(): AF_INET address must be tuple, not int
# expect: TypeError AF_INET address must be a pair (host, port)
# expect: OverflowError bind(): port must be 0-65535.
# expect: TypeError 'str' object cannot be interpreted as an integer
# expect: TypeError host name must not contain null character
# expect: OverflowError bind(): flowinfo must be 0-1048575.
# expect: OSError AF_UNIX path too long
# expect: TypeError a bytes-like object is required, not 'int'
s.bind(('', 0))
print(s.getsockname()[0], six.getsockname())            # expect: 0.0.0.0 ('::', 0, 0, 0)
for x in (s, u, six):
    x.close()
