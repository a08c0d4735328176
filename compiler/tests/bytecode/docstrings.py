"""
    Module.
      Indented.
    """
def f():
    """Function.

        More.
    """
class C:
    """Class.
    Next."""
    def g(self): "Method"
