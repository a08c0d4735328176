# A timeout makes the call fail; a socket without waiting says so at once.
import _socket
a, b = _socket.socketpair()
a.settimeout(0.01)
try:
    a.recv(1)
except TimeoutError as error:
    print(error, a.gettimeout(), a.getblocking())       # expect: timed out 0.01 True
a.setblocking(False)
try:
    a.recv(1)
except BlockingIOError as error:
    print(error.errno == 11, a.timeout)                 # expect: True 0.0
for timeout in (-1, 'x', 1e30, float('nan')):
    try:
        a.settimeout(timeout)
    except (ValueError, TypeError, OverflowError) as error:
        print(error)  # expect: Timeout value out of range | 'str' object cannot be interpreted as an integer or float | timestamp out of range for C PyTime_t | Invalid value NaN (not a number)
# expect: Timeout value out of range
# expect: 'str' object cannot be interpreted as an integer or float
# expect: timestamp out of range for C PyTime_t
# expect: Invalid value NaN (not a number)
_socket.setdefaulttimeout(5)
c, d = _socket.socketpair()
print(c.gettimeout(), _socket.getdefaulttimeout())      # expect: 5.0 5.0
for s in (a, b, c, d):
    s.close()
