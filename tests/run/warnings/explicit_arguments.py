# warn() and warn_explicit() check what they are given.
import _warnings
for call in [
    lambda: _warnings.warn('m', skip_file_prefixes=(b'x',)),
    lambda: _warnings.warn_explicit('m', UserWarning, 'f', 1, registry=42),
    lambda: _warnings.warn_explicit('m', UserWarning, 'f', 1, module_globals=True),
]:
    try:
        call()
    except TypeError as error:
        print(error)
# expect: Found non-str 'bytes' in skip_file_prefixes.
# expect: 'registry' must be a dict or None
# expect: module_globals must be a dict, not 'bool'
