# Memory that has a name until it is taken away.
import _posixshmem, os
name = f'/taipan-test-{os.getpid()}'
fd = _posixshmem.shm_open(name, os.O_CREAT | os.O_RDWR, mode=0o600)
os.ftruncate(fd, 10)
print(os.fstat(fd).st_size, os.get_inheritable(fd))     # expect: 10 False
os.close(fd)
_posixshmem.shm_unlink(name)
try:
    _posixshmem.shm_open('/no-such-memory', os.O_RDONLY)
except FileNotFoundError as error:
    print(error)                                        # expect: [Errno 2] No such file or directory: '/no-such-memory'
