# An AttributeError that an object's own code raised learns what was looked for where; one that knows keeps what it knows.
def show(look):
    try:
        look()
    except AttributeError as error:
        print(repr(error), error.name, type(error.obj).__name__)

class Own:
    def __getattr__(self, name):
        raise AttributeError("own")
    @property
    def p(self):
        return [].missing

show(lambda: Own().a)                  # expect: AttributeError('own') a Own
show(lambda: getattr(Own(), "a"))      # expect: AttributeError('own') a Own
show(lambda: Own().p)                  # expect: AttributeError('own') p Own

class Meta(type):
    def __getattr__(cls, name):
        raise AttributeError(name + "!", name="other")

class C(metaclass=Meta):
    pass

show(lambda: C.a)                      # expect: AttributeError('a!') other NoneType
print(getattr(Own(), "a", "default"))  # expect: default
