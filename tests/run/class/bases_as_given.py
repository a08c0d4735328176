# __bases__ is the tuple that was given, each time.
class Bases(tuple):
    pass

bases = Bases((int, object))
made = type("made", bases, {})
print(made.__bases__ is bases)                    # expect: True

class A:
    pass

class B(A):
    pass

print(A.__bases__, A.__bases__ is A.__bases__)    # expect: (<class 'object'>,) True
given = (A, object)
B.__bases__ = given
print(B.__bases__ is given)                       # expect: True
try:
    B.__bases__ = (int,)
except TypeError:
    print(B.__bases__ is given)                   # expect: True
