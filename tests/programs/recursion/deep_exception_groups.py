# split() and subgroup() of groups nested deeper than the native stack.
import threading
group = TypeError(1)
for _ in range(150_000):
    group = ExceptionGroup('group', [group])
def attempt(function, *args):
    try:
        function(*args)
    except RecursionError:
        print('RecursionError')  # expect: RecursionError | RecursionError
def main():
    attempt(group.split, TypeError)
    attempt(group.subgroup, TypeError)
threading.stack_size(8 * 1024 * 1024)
thread = threading.Thread(target=main)
thread.start()
thread.join()
