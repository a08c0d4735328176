# Objects may be nested 2000 deep.
import marshal

deep = []
for _ in range(1998):
    deep = [deep]
print(len(marshal.dumps(deep)) > 0)  # expect: True
try:
    marshal.dumps([[deep]])
except ValueError as error:
    print(error)  # expect: object too deeply nested to marshal
print(type(marshal.loads(b")\1" * 1999 + b"N")).__name__)  # expect: tuple
for data in (b")\1" * 2001 + b"N", b"{N" * 100_000):
    try:
        marshal.loads(data)
    except ValueError as error:
        print(error)  # expect: recursion limit exceeded | recursion limit exceeded
