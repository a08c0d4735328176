# __slots__ leave no room for other attributes; descriptors see access.
class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Loud:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, owner):
        return f"get {self.name}"


class C:
    attribute = Loud()


p = Point(1, 2)
print(p.x + p.y, C.attribute, C().attribute)  # expect: 3 get attribute get attribute
p.z = 3  # error: AttributeError: 'Point' object has no attribute 'z' and no __dict__ for setting new attributes
