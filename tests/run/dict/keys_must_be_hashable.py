d = {}
for action in (
    lambda: d[[]],
    lambda: d.get({}),
    lambda: [] in d,
    lambda: d.setdefault([]),
    lambda: {[]: 1},
    lambda: {[]},
):
    try:
        action()
    except TypeError as error:
        print(error)
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: cannot use 'dict' as a dict key (unhashable type: 'dict')
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: cannot use 'list' as a dict key (unhashable type: 'list')
# expect: cannot use 'list' as a set element (unhashable type: 'list')
d.pop([])                       # error: KeyError: []
