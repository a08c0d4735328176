# A function runs in the child before the program does, and finds an interpreter that works.
import os
import subprocess
import sys
import threading

print(subprocess.run([sys.executable, "-c", "pass"], preexec_fn=lambda: None).returncode)  # expect: 0
print(subprocess.run([sys.executable, "-c", "print(1)"], preexec_fn=lambda: print("before", flush=True),  # expect: b'1\\n'
                     stdout=subprocess.PIPE).stdout)


def fails():
    raise ValueError


try:
    subprocess.run([sys.executable, "-c", "pass"], preexec_fn=fails)
except subprocess.SubprocessError as error:
    print(error)  # expect: Exception occurred in preexec_fn.


def starts_a_thread():
    thread = threading.Thread(target=lambda: os.write(1, b"thread "))
    thread.start()
    thread.join()


print(subprocess.run([sys.executable, "-c", "print(2)"], preexec_fn=starts_a_thread, stdout=subprocess.PIPE).stdout)  # expect: b'thread 2\\n'
