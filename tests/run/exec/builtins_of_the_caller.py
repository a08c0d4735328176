# exec and eval hand on the builtins that the calling code sees.
safe = {'exec': exec, 'eval': eval, 'print': print, 'len': lambda x: 'mine'}
exec('''
print(eval('len("ab")', {}))
inner = {}
exec('x = len("ab")', inner)
print(inner['x'])
''', {'__builtins__': safe})
# expect: mine
# expect: mine
