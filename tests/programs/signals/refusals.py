# What cannot be asked of signals.
import os
import re
import signal
import threading

for call in [
    lambda: signal.signal(0, print),
    lambda: signal.signal(signal.SIGUSR1, 7),
    lambda: signal.signal(signal.SIGKILL, print),
    lambda: signal.getsignal(4242),
    lambda: signal.strsignal(4242),
    lambda: signal.pthread_sigmask(signal.SIG_BLOCK, [1000]),
    lambda: signal.sigtimedwait([signal.SIGUSR1], -1),
    lambda: signal.setitimer(9, 1),
    lambda: signal.set_wakeup_fd(os.pipe()[1]),
]:
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, re.sub(r"fd \d+", "fd N", str(error)))  # expect: ValueError signal number out of range | TypeError signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object | OSError [Errno 22] Invalid argument | ValueError signal number out of range | ValueError signal number out of range | ValueError signal number 1000 out of range [1; 64] | ValueError timeout must be non-negative | ItimerError [Errno 22] Invalid argument | ValueError the fd N must be in non-blocking mode











def elsewhere():
    try:
        signal.signal(signal.SIGUSR1, print)
    except ValueError as error:
        print(error)  # expect: signal only works in main thread of the main interpreter


thread = threading.Thread(target=elsewhere)
thread.start()
thread.join()
print(signal.strsignal(signal.SIGINT), signal.SIGRTMIN in signal.valid_signals())  # expect: Interrupt True
