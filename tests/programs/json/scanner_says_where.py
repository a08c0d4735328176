# What is wrong with a document is said with its place, counted in characters.
import json
def tell(text):
    try:
        print(json.loads(text))
    except ValueError as error:
        print(error)
tell('["é", 1,]')                                             # expect: Illegal trailing comma before end of array: line 1 column 8 (char 7)
tell('{"a":1,}')                                              # expect: Illegal trailing comma before end of object: line 1 column 7 (char 6)
tell('{"a" 1}')                                               # expect: Expecting ':' delimiter: line 1 column 6 (char 5)
tell('{a: 1}')                                                # expect: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)
tell('[1 2]')                                                 # expect: Expecting ',' delimiter: line 1 column 4 (char 3)
tell('["\\x"]')                                               # expect: Invalid \escape: line 1 column 3 (char 2)
tell('["\\u12"]')                                             # expect: Invalid \uXXXX escape: line 1 column 4 (char 3)
tell('"abc')                                                  # expect: Unterminated string starting at: line 1 column 1 (char 0)
tell('"\t"')                                                  # expect: Invalid control character at: line 1 column 2 (char 1)
tell('[1, nul]')                                              # expect: Expecting value: line 1 column 5 (char 4)
tell('')                                                      # expect: Expecting value: line 1 column 1 (char 0)
tell('-')                                                     # expect: Expecting value: line 1 column 1 (char 0)
tell('{"a": [1.5e3, -0, 1E-2, 12345678901234567890]}')        # expect: {'a': [1500.0, 0, 0.01, 12345678901234567890]}
tell('["\\ud834\\udd1e", "\\ud834", "é\\n"]'.replace('\\ud834"', '\\u0041"'))  # expect: ['𝄞', 'A', 'é\n']
tell('[NaN, Infinity, -Infinity, true, false, null]')         # expect: [nan, inf, -inf, True, False, None]
tell(' {"a": {"b": []}, "a": {}} ')                           # expect: {'a': {}}
