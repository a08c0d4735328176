import time

for given in ([], "1", None):
    try:
        time.sleep(given)
    except TypeError as error:
        print(error)  # expect: 'list' object cannot be interpreted as an integer or float | 'str' object cannot be interpreted as an integer or float | 'NoneType' object cannot be interpreted as an integer or float
