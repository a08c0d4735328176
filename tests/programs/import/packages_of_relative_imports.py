# __package__ decides, and a warning tells where __spec__ says something else; tracebacks have no frames of importlib.
import os
import sys
import tempfile
import traceback
import types
import warnings

namespace = {"__package__": "json", "__name__": "x", "__spec__": types.SimpleNamespace(parent="other")}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    exec("from . import decoder", namespace)
print(namespace["decoder"].__name__, [(w.category.__name__, str(w.message)) for w in caught])  # expect: json.decoder [('DeprecationWarning', '__package__ != __spec__.parent')]
with tempfile.TemporaryDirectory() as folder:
    os.mkdir(folder + "/pack")
    with open(folder + "/pack/__init__.py", "w") as file:
        file.write("from . import bad\n")
    with open(folder + "/pack/bad.py", "w") as file:
        file.write("1/0\n")
    sys.path.insert(0, folder)
    try:
        import pack
    except ZeroDivisionError as error:
        print([os.path.basename(entry.filename) for entry in traceback.extract_tb(error.__traceback__)[1:]])  # expect: ['__init__.py', 'bad.py']
