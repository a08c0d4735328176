# Private names in classes.
class _A:
    __x = 1
    def __f(self, __y):
        self.__z = __y
        import __m
        return self.__x, __m
