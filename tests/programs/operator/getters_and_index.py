# Getters know their signature and pickle; index() is exact and warns of subclasses.
import inspect
import operator
import pickle
import warnings

for getter in (operator.attrgetter("real"), operator.itemgetter(1), operator.methodcaller("hex")):
    print(inspect.signature(getter), pickle.loads(pickle.dumps(getter)))  # expect: (obj, /) operator.attrgetter('real') | (obj, /) operator.itemgetter(1) | (obj, /) operator.methodcaller('hex')
caller = operator.methodcaller("split", "-", maxsplit=1)
print(caller.__reduce__(), pickle.loads(pickle.dumps(caller))("a-b-c"))  # expect: (functools.partial(<class 'operator.methodcaller'>, 'split', maxsplit=1), ('-',)) ['a', 'b-c']
print(operator.index(True))  # expect: 1


class Index:
    def __index__(self):
        return True


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(operator.index(Index()), [1, 2][Index()])  # expect: 1 2
print(caught[0].message, len(caught))  # expect: __index__ returned non-int (type bool).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python. 2
