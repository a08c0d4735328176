# A class may tell its signature as classes written in C do.
class Reader:
    "Reader(raw, size=8)\n--\n\nReads."

print(Reader.__text_signature__)                         # expect: (raw, size=8)
print(Reader.__doc__.endswith("Reads."))                 # expect: True

class Other:
    "Reader(raw, size=8)\n--\n\nReads."

print(Other.__text_signature__)                          # expect: None
Open = type("Open", (), {"__doc__": "Open(raw\n--\n\n"})
print(Open.__text_signature__)                           # expect: None
