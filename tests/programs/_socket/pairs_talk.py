# A pair of sockets: data, ancillary data, the end.
import _socket, os
a, b = _socket.socketpair()
print(a.send(b'hello'), b.recv(10))                     # expect: 5 b'hello'
a.sendall(b'x' * 10)
room = bytearray(4)
print(b.recv_into(room), room, b.recvfrom(100))         # expect: 4 bytearray(b'xxxx') (b'xxxxxx', None)
print(a.sendmsg([b'abc', b'de']), b.recvmsg(20, 100))   # expect: 5 (b'abcde', [], 0, None)
r, w = os.pipe()
a.sendmsg([b'!'], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, w.to_bytes(4, 'little'))])
data, control, flags, address = b.recvmsg(1, _socket.CMSG_SPACE(4))
fd = int.from_bytes(control[0][2], 'little')
os.write(fd, b'through the socket')
print(data, control[0][:2], os.read(r, 100))            # expect: b'!' (1, 1) b'through the socket'
for f in (r, w, fd):
    os.close(f)
a.shutdown(_socket.SHUT_WR)
print(b.recv(10), a.getsockname() == '', repr(a).endswith('family=1, type=1, proto=0>'))  # expect: b'' True True
a.close()
b.close()
print(a.fileno())                                       # expect: -1
try:
    a.recv(1)
except OSError as error:
    print(error)                                        # expect: [Errno 9] Bad file descriptor
