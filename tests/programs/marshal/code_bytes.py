# Code objects have the bytes that CPython gives them: which objects are one, which are interned, how sets are sorted.
import binascii
import marshal

SOURCES = {
    "constants": "a = ('not a name', 10**30, 2.5, 1j, b'xyz'); b = ('not a name', 10**30, 2.5, 1j, b'xyz')",
    "functions": "def f(x):\n  return x.y + 'not a name'\ndef g(x):\n  return x.y + 'not a name'",
    "lambdas": "f = lambda: 1000.5; g = lambda: 1000.5",
    "slices": "a = b[1000:2000], b[2000:3000], b[1000:2000], 2000",
    "sets": "a in {'=on', '=off', 7}, a in {('=on', 5), ('=off', 6)}, a in {('=on', 7), 8}",
    "sets of words": "def f(x): return x in {'word', 'other'}\ndef g(x): return (x in {'word', 'other'}, 1)\nword = other = 1",
    "sets of numbers": "def f(x): return x in {'12', '13'}\ndef g(x): return (x in {'12', '13'}, 1)",
    "class": "class A:\n  class B: pass\nprint('A.B')",
    "class behind text": "print('A.B')\nclass A:\n  class B: pass",
    "class behind function": "class A:\n  def b(self): pass\n  class b: pass\nprint('A.b')",
    "function": "class A:\n  def b(self): return 'A.b'",
    "annotations": "def f(a: int, b: str): pass\ndef g(format, /): pass\ndef h(format, /): pass\nx: int",
    "type parameters": "def f[T: int, *U, **V](x: T): pass\nclass A[T = str]: pass\ntype B[T] = T",
    "identifiers": "f(wört=1); from a import wört\nclass Wört: pass\nprint('wört', 'Wört')",
    "attributes": "print('wört', a.wört)",
    "finally": "try: pass\nfinally: f(lambda: 'not a name')",
    "comprehension": "[x for x in [(lambda: x) for y in (1, 2, 'not a name')]]",
    "single characters": "a = 'é', b'x', 'x', '', b'', ()",
    "exceptions": "def f():\n  try: g()\n  except ValueError: pass\ndef g():\n  try: g()\n  except ValueError: pass",
}
for name, source in SOURCES.items():
    print(name, f"{binascii.crc32(marshal.dumps(compile(source, 'file', 'exec'))):08x}")  # expect: constants 5be9325d | functions 81d4ba72 | lambdas 3b0fe371 | slices 5b4375a7 | sets ebf754a6 | sets of words e48ecbb8 | sets of numbers 9524aa7a | class b10318c2 | class behind text 9a178e9a | class behind function 4198ba2f | function a849ab23 | annotations 955b2c88 | type parameters 9ec1e6f5 | identifiers 792da09c | attributes 32469528 | finally 37d48d9b | comprehension 5881832c | single characters ce9ead4e | exceptions 54e01031
