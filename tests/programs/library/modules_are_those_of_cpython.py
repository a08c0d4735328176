# Modules have no names that only another interpreter has.
import _compat_pickle
import json
import unittest

print(hasattr(json.JSONDecodeError, "_from_serde"))  # expect: False
print([name for name in dir(unittest) if name.startswith("expected")])  # expect: ['expectedFailure']
print(("exceptions", "JitError") in _compat_pickle.NAME_MAPPING)  # expect: False
