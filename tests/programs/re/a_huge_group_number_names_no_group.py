import re

match = re.match("(a)", "a")
for number in (10**30, -(10**30)):
    try:
        match.group(number)
    except IndexError as error:
        print(error)  # expect: no such group | no such group
