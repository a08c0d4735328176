# The nearest of several names.
import _suggestions

print(_suggestions._generate_suggestions(["append", "pop"], "apend"), _suggestions._generate_suggestions(["a"], "xyz"))  # expect: append None
_suggestions._generate_suggestions(("a",), "a")  # error: TypeError: candidates must be a list
