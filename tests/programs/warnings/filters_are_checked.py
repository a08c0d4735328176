# Actions are strings, and the lock of the filters belongs to who took it.
import _warnings
import warnings


def refuse(call, *args):
    try:
        call(*args)
    except (TypeError, ValueError, RuntimeError) as error:
        print(type(error).__name__, error)  # expect: TypeError action must be a string, not 'NoneType' | TypeError an integer is required | ValueError warnings.filters item 0 isn't a 5-tuple | TypeError _warnings.defaultaction must be a string, not 'NoneType' | RuntimeError cannot release un-acquired lock | RuntimeError warnings lock is not held | RuntimeError cannot release un-acquired lock


with warnings.catch_warnings():
    for filters in [(None, None, Warning, None, 0)], [('ignore', None, Warning, None, 'x')], [('ignore',)]:
        warnings.filters[:] = filters
        refuse(_warnings.warn_explicit, 'text', UserWarning, 'file', 1)
    warnings.filters[:] = []
    default, warnings.defaultaction = warnings.defaultaction, None
    refuse(_warnings.warn_explicit, 'text', UserWarning, 'file', 1)
    warnings.defaultaction = default

refuse(_warnings._release_lock)
refuse(_warnings._filters_mutated_lock_held)
_warnings._acquire_lock()
_warnings._acquire_lock()
_warnings._filters_mutated_lock_held()
_warnings._release_lock()
_warnings._release_lock()
refuse(_warnings._release_lock)
