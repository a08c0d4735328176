# Blocked signals wait until they are let through or waited for.
import os
import signal

seen = []
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2])
os.kill(os.getpid(), signal.SIGUSR1)
os.kill(os.getpid(), signal.SIGUSR2)
print(seen, sorted(signal.sigpending()))  # expect: [] [<Signals.SIGUSR1: 10>, <Signals.SIGUSR2: 12>]

print(int(signal.sigwait([signal.SIGUSR2])))  # expect: 12
info = signal.sigtimedwait([signal.SIGUSR2], 0.01)
print(info)  # expect: None
signal.pthread_sigmask(signal.SIG_SETMASK, old)
print(seen)  # expect: [10]
os.kill(os.getpid(), signal.SIGUSR1)
print(seen)  # expect: [10, 10]
