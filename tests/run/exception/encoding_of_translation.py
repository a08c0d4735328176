# UnicodeTranslateError has a place for an encoding, as its kin, though nothing fills it.
error = UnicodeTranslateError("a", 0, 1, "why")
print(error.encoding)  # expect: None
error.encoding = "x"
print(error.encoding)  # expect: x
del error.encoding
print(error.encoding)  # expect: None
