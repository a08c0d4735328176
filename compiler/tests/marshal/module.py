"""A module of many kinds of constants and scopes, for the tests of the serialised form."""
import os.path as p

LIMIT = 1000
TEXTS = ("name", "two words", "é", "", 1.5, 1.5, 10**20, b"", b"bytes")


class Shop:
    """Documentation."""

    tax: float = 0.19

    def price(self, net, *more, tax=None, **rest):
        total = net
        for extra in more:
            total += extra
        try:
            return [total * (tax or self.tax) for _ in range(LIMIT) if extra in {"a", "b", "name"}]
        except (ValueError, TypeError) as error:
            raise RuntimeError(f"no price: {error!r:>{LIMIT}}") from error

    async def fetch(self):
        def inner():
            return self, LIMIT
        async with self as it:
            yield await it, inner
        return


match LIMIT:
    case [1, *rest] if rest:
        print(rest[1:2], lambda: None)
    case {"key": -1.5}:
        pass

# Numbers in slices are objects of their own, text is not interned for looking like a qualified name, and sets without
# names stay one.
cut = p[1000:2000], p[2000:3000], p[1000:2000], 2000


def label(code):
    return "Shop.price" if code in {"12", "13"} else "label"


def is_label(code):
    return not code in {"12", "13"} and {"word"} > {"word", "12", "13"}


def annotate(format, /):
    return [format]


def annotate_all(format, /):
    return [format]
