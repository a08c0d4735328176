# What is read can be written back; windows have sizes.
import os, termios
master, slave = os.openpty()
attributes = termios.tcgetattr(slave)
termios.tcsetattr(slave, termios.TCSANOW, attributes)
print(len(attributes), attributes[6][termios.VINTR], termios.tcgetattr(slave) == attributes)  # expect: 7 b'\\x03' True
attributes[3] &= ~termios.ICANON
termios.tcsetattr(slave, termios.TCSANOW, attributes)
print(type(termios.tcgetattr(slave)[6][termios.VMIN]).__name__)  # expect: int
termios.tcsetwinsize(slave, (25, 80))
print(termios.tcgetwinsize(master))                     # expect: (25, 80)
for call in (lambda: termios.tcsetattr(slave, 0, [1]), lambda: termios.tcsetwinsize(slave, (1, 2**20))):
    try:
        call()
    except (TypeError, OverflowError) as error:
        print(error)  # expect: tcsetattr, arg 3: must be 7 element list | winsize value(s) out of range.
# expect: tcsetattr, arg 3: must be 7 element list
# expect: winsize value(s) out of range.
read, write = os.pipe()
try:
    termios.tcgetattr(read)
except termios.error as error:
    print(error.args)                                   # expect: (25, 'Inappropriate ioctl for device')
