import warnings
class Answer(float):
    def __float__(self):
        return 42.0
print(float(Answer()))  # expect: 42.0
class Same(float):
    def __float__(self):
        return self
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    print(type(float(Same(2))), caught[0].category.__name__)  # expect: <class 'float'> DeprecationWarning
class Named(float):
    def __init__(self, value, name=None):
        self.name = name
number = Named(2.5, name='n')
print(number, number.name)  # expect: 2.5 n
for wrong in lambda: float(x=1), lambda: float(1, 2):
    try:
        wrong()
    except TypeError as error:
        print(error)  # expect: float() takes no keyword arguments | float expected at most 1 argument, got 2
# expect: float() takes no keyword arguments
# expect: float expected at most 1 argument, got 2
class Text(str):
    def __float__(self):
        return float(str(self)) + 1
print(float(Text('8')))  # expect: 9.0
