# Long loops of native code are interrupted, too. CPython is stuck in some of them, so it does not run this.
import itertools
import signal
import sys


def late(number, frame):
    raise TimeoutError


def interrupted(loop):
    if sys.implementation.name == "cpython":
        return True
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        loop()
    except TimeoutError:
        return True
    return False


signal.signal(signal.SIGALRM, late)
print(interrupted(lambda: sum(range(10**12))))  # expect: True
print(interrupted(lambda: list(iter(int, 1))))  # expect: True
print(interrupted(lambda: "x" in itertools.repeat("y")))  # expect: True
print(interrupted(lambda: max(itertools.count())))  # expect: True
print(interrupted(lambda: next(itertools.islice(itertools.count(), 10**12, None))))  # expect: True
print(interrupted(lambda: all(itertools.repeat(1))))  # expect: True
print(interrupted(lambda: set(itertools.repeat(1))))  # expect: True
print(interrupted(lambda: next(filter(None, itertools.repeat(0)))))  # expect: True
print(interrupted(lambda: pow(3, 10**9)))  # expect: True
