# Handlers run in order; finally always; the exception in flight is the context of a new one.
def f(x):
    try:
        if x == 0:
            raise ValueError('zero')
        if x == 1:
            return 'one'
        {}[x]
    except ValueError as e:
        return 'caught', e.args
    except KeyError:
        return 'key'
    finally:
        print('finally', x)
print(f(0))
# expect: finally 0
# expect: ('caught', ('zero',))
print(f(1))
# expect: finally 1
# expect: one
print(f(2))
# expect: finally 2
# expect: key
raise RuntimeError('end') from None     # error: RuntimeError: end
