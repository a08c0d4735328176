# Objects that occur again are written as references, from version 3 on; numbers and text that are kept for ever are always marked.
import marshal

print(marshal.dumps([1, 1, "name", "name"]))  # expect: b'[\x04\x00\x00\x00\xe9\x01\x00\x00\x00r\x00\x00\x00\x00\xda\x04namer\x01\x00\x00\x00'
print(marshal.dumps([1, 1, "name"], 2))  # expect: b'[\x03\x00\x00\x00i\x01\x00\x00\x00i\x01\x00\x00\x00u\x04\x00\x00\x00name'
print(marshal.dumps((b"", b"x", (), True, None, ...)))  # expect: b'\xa9\x06\xf3\x00\x00\x00\x00\xf3\x01\x00\x00\x00x\xa9\x00TN.'
print(marshal.dumps({"k": {1, 2}}))  # expect: b'{\xda\x01k<\x02\x00\x00\x00\xe9\x01\x00\x00\x00\xe9\x02\x00\x00\x000'
print(marshal.dumps(slice(1, 2)))  # expect: b':\xe9\x01\x00\x00\x00\xe9\x02\x00\x00\x00N'

# What refers to itself comes back so, where that is possible.
items = []
items.append(items)
again = marshal.loads(marshal.dumps(items))
print(again[0] is again)  # expect: True
pair = ([],)
pair[0].append(pair)
again = marshal.loads(marshal.dumps(pair))
print(type(again).__name__, again[0][0] is again)  # expect: tuple True
part = slice([], None)
part.start.append(part)
code = (lambda: 1234.5).__code__
loop = []
code = code.replace(co_consts=(loop,))
loop.append(code)
for value in (part, code):
    try:
        marshal.dumps(value)
    except ValueError as error:
        print(error)
# expect: unmarshallable object
# expect: unmarshallable object
for data in (b"\xba[\x01\x00\x00\x00r\x00\x00\x00\x00NN", b"\xbe\x01\x00\x00\x00r\x00\x00\x00\x00"):
    try:
        marshal.loads(data)
    except ValueError as error:
        print(error)
# expect: bad marshal data (invalid reference)
# expect: bad marshal data (invalid reference)

# The identity of a code object's parts is that of its serialised form.
source = "f = lambda: ('a b', 10**30)\ng = lambda: ('a b', 10**30)"
module = marshal.loads(marshal.dumps(compile(source, "file", "exec")))
f, g = (constant for constant in module.co_consts if hasattr(constant, "co_code"))
print(f.co_consts is g.co_consts, f.co_filename is module.co_filename, f.co_linetable is g.co_linetable)  # expect: True True True
