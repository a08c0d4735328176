# Hooks see every object, innermost first, and numbers as text.
import json
print(json.loads('{"a": {"b": 1}}', object_hook=lambda d: sorted(d)))  # expect: ['a']
print(json.loads('{"a": {"b": 1}}', object_pairs_hook=tuple))  # expect: (('a', (('b', 1),)),)
print(json.loads('[1, 2.5, -3]', parse_int=str, parse_float=lambda s: '<' + s + '>'))  # expect: ['1', '<2.5>', '-3']
print(json.loads('[NaN, -Infinity]', parse_constant=repr))    # expect: ["'NaN'", "'-Infinity'"]
keys = [list(d)[0] for d in json.loads('[{"key": 1}, {"key": 2}]')]
print(keys[0] is keys[1])                                     # expect: True
try:
    json.loads('[' * 10_000_000)
except RecursionError as error:
    print('RecursionError')                                   # expect: RecursionError
