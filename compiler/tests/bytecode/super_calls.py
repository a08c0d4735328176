# super() in methods.
class A(B):
    def f(self, x):
        super().f(x)
        super().attr
        super(A, self).g()
        return super
