# What a thread does not catch goes to threading.excepthook; SystemExit is silent.
import sys
import threading
import _thread


def show(args):
    print(args.exc_type.__name__, args.exc_value, args.thread.name)  # expect: ZeroDivisionError division by zero divider | SystemExit  leaver


threading.excepthook = show
thread = threading.Thread(target=lambda: 1 / 0, name="divider")
thread.start()
thread.join()
thread = threading.Thread(target=sys.exit, name="leaver")
thread.start()
thread.join()

finished = threading.Event()


def unraisable(args):
    print(args.err_msg.split(" <")[0], args.object)  # expect: Exception ignored in thread started by None
    finished.set()


sys.unraisablehook = unraisable
_thread.start_new_thread(lambda: [][0], ())
finished.wait()
