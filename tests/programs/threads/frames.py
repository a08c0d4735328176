# sys._current_frames shows where each thread is.
import sys
import threading

ready, stop = threading.Event(), threading.Event()


def waits_here():
    ready.set()
    stop.wait()


thread = threading.Thread(target=waits_here)
thread.start()
ready.wait()
frames = sys._current_frames()
names = set()
frame = frames[thread.ident]
while frame:
    names.add(frame.f_code.co_name)
    frame = frame.f_back
print("waits_here" in names)  # expect: True
print(frames[threading.get_ident()] is sys._getframe())  # expect: True
stop.set()
thread.join()
print(len(sys._current_frames()))  # expect: 1
