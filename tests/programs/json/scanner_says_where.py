# What is wrong with a document is said with its place, counted in characters.
import json
def tell(text):
    try:
        print(json.loads(text))  # expect: {'a': [1500.0, 0, 0.01, 12345678901234567890]} | ['𝄞', 'A', 'é\\n'] | [nan, inf, -inf, True, False, None] | {'a': {}}
    except ValueError as error:
        print(error)  # expect: Illegal trailing comma before end of array: line 1 column 8 (char 7) | Illegal trailing comma before end of object: line 1 column 7 (char 6) | Expecting ':' delimiter: line 1 column 6 (char 5) | Expecting property name enclosed in double quotes: line 1 column 2 (char 1) | Expecting ',' delimiter: line 1 column 4 (char 3) | Invalid \\escape: line 1 column 3 (char 2) | Invalid \\uXXXX escape: line 1 column 4 (char 3) | Unterminated string starting at: line 1 column 1 (char 0) | Invalid control character at: line 1 column 2 (char 1) | Expecting value: line 1 column 5 (char 4) | Expecting value: line 1 column 1 (char 0) | Expecting value: line 1 column 1 (char 0)
tell('["é", 1,]')
tell('{"a":1,}')
tell('{"a" 1}')
tell('{a: 1}')
tell('[1 2]')
tell('["\\x"]')
tell('["\\u12"]')
tell('"abc')
tell('"\t"')
tell('[1, nul]')
tell('')
tell('-')
tell('{"a": [1.5e3, -0, 1E-2, 12345678901234567890]}')
tell('["\\ud834\\udd1e", "\\ud834", "é\\n"]'.replace('\\ud834"', '\\u0041"'))
tell('[NaN, Infinity, -Infinity, true, false, null]')
tell(' {"a": {"b": []}, "a": {}} ')
