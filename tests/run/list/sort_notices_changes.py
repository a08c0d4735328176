# While a list is sorted it is empty; who changes it then gets an error, and the items come back.
items = [3, 2, 1]
seen = []

def key(item):
    seen.append(items.copy())
    items.append(item)
    return item

try:
    items.sort(key=key)
except ValueError as error:
    print(error)                # expect: list modified during sort
print(items, seen[0])           # expect: [1, 2, 3] []
