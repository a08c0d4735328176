# Byte orders and addresses as text.
import _socket
print(_socket.htons(1), _socket.ntohl(1), _socket.inet_aton('0x7f.1'), _socket.inet_ntoa(b'\x01\x02\x03\x04'))  # expect: 256 16777216 b'\\x7f\\x00\\x00\\x01' 1.2.3.4
print(_socket.inet_ntop(10, b'\0' * 12 + b'\1\2\3\4'), _socket.inet_ntop(10, b'\0' * 15 + b'\1'))  # expect: ::1.2.3.4 ::1
for call in (lambda: _socket.htons(-1), lambda: _socket.htons(65536), lambda: _socket.inet_aton('256.1.1.1'),
             lambda: _socket.inet_pton(2, '1.2.3'), lambda: _socket.inet_ntop(3, b''), lambda: _socket.inet_ntop(2, b'1')):
    try:
        call()
    except (ValueError, OverflowError, OSError) as error:
        print(error)  # expect: Cannot convert negative int | Python int too large for C uint16_t | illegal IP address string passed to inet_aton | illegal IP address string passed to inet_pton | unknown address family 3 | invalid length of packed IP address string
# expect: Cannot convert negative int
# expect: Python int too large for C uint16_t
# expect: illegal IP address string passed to inet_aton
# expect: illegal IP address string passed to inet_pton
# expect: unknown address family 3
# expect: invalid length of packed IP address string
print(_socket.getaddrinfo('127.0.0.1', 80, type=1))     # expect: [(2, 1, 6, '', ('127.0.0.1', 80))]
print(_socket.getnameinfo(('127.0.0.1', 80), 3))        # expect: ('127.0.0.1', '80')
print(_socket.CMSG_LEN(3), _socket.CMSG_SPACE(3))       # expect: 19 24
