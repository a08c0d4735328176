# __new__ of a native type that makes other instances: the class goes on making its own.
class Plain:
    __new__ = list.__new__
print(type(Plain()).__name__)       # expect: Plain
try:
    Plain.__new__(Plain)
except TypeError as e:
    print(e)                        # expect: list.__new__(Plain): Plain is not a subtype of list
class Items(list):
    __new__ = object.__new__
print(Items([1]))                   # expect: [1]
class Later(list):
    pass
Later.__new__ = object.__new__
print(Later('ab'))                  # expect: ['a', 'b']
class Base(list):
    def __new__(cls):
        return list.__new__(cls)
class Native(Base):
    __new__ = list.__new__
print(Native())                     # expect: []
class Wrong(Base):
    __new__ = object.__new__
try:
    Wrong()
except TypeError as e:
    print(e)                        # expect: object.__new__(Wrong) is not safe, use list.__new__()
