# Modes of files as text and by kind.
import _stat

print(_stat.filemode(0o100644), _stat.filemode(0o40755), _stat.filemode(0o104755), _stat.filemode(0o41777), _stat.filemode(0))  # expect: -rw-r--r-- drwxr-xr-x -rwsr-xr-x drwxrwxrwt ?---------
print(_stat.S_ISDIR(0o40755), _stat.S_ISREG(0o40755), _stat.S_ISDOOR(0), _stat.S_IMODE(0o100644), _stat.S_IFMT(0o100644))  # expect: True False False 420 32768
for mode in [-1, 2**32, 2**70, "x"]:
    try:
        _stat.filemode(mode)
    except (OverflowError, TypeError) as error:
        print(type(error).__name__, error)  # expect: OverflowError can't convert negative value to unsigned int | OverflowError mode out of range | OverflowError Python int too large to convert to C unsigned long | TypeError 'str' object cannot be interpreted as an integer
