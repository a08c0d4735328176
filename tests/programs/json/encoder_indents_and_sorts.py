# The native encoder writes what the Python one writes, with indentation too.
import json
data = {'b': [1, 2.5, None, True], 'a': {'x': (), 'y': {}}, 3: 'é"\n', None: -1}
print(json.dumps(data))                                       # expect: {"b": [1, 2.5, null, true], "a": {"x": [], "y": {}}, "3": "\\u00e9\\"\\n", "null": -1}
print(repr(json.dumps([1, {'a': [2]}], indent=1)))            # expect: '[\\n 1,\\n {\\n  "a": [\\n   2\\n  ]\\n }\\n]'
print(repr(json.dumps({'b': 1, 'a': [{}]}, indent='--', sort_keys=True)))  # expect: '{\\n--"a": [\\n----{}\\n--],\\n--"b": 1\\n}'
print(json.dumps('\U0001f600\x7f/', ensure_ascii=False) == '"\U0001f600\x7f/"')  # expect: True
print(json.dumps('\U0001f600\x7f/'))                          # expect: "\\ud83d\\ude00\\u007f/"
print(json.dumps({(): 1, 'a': 2}, skipkeys=True))             # expect: {"a": 2}
print(json.dumps([float('nan'), float('-inf'), 1e22, 10**30]))  # expect: [NaN, -Infinity, 1e+22, 1000000000000000000000000000000]
class Odd: pass
def tell(value, **options):
    try:
        print(json.dumps(value, **options))  # expect: [1, {"a": "Odd"}]
    except (TypeError, ValueError) as error:
        print(error, getattr(error, '__notes__', None))  # expect: Object of type set is not JSON serializable ['when serializing list item 1', "when serializing dict item 'a'"] | keys must be str, int, float, bool or None, not tuple None | Out of range float values are not JSON compliant: inf ['when serializing list item 0'] | Circular reference detected ["when serializing dict item 'k'", 'when serializing list item 0']
tell([1, {'a': Odd}], default=None.__class__.__eq__ and (lambda v: v.__name__))
tell({'a': [object]}, default=lambda value: tell.nothing) if 0 else None
tell({'a': [1, {2}]})
tell({(1,): 2})
tell([float('inf')], allow_nan=False)
loop = []
loop.append({'k': loop})
tell(loop)
class Number(int):
    def __repr__(self): return 'odd'
print(json.dumps([Number(3), True]))                          # expect: [3, true]
