from collections import OrderedDict


class Key:
    """Equal to all of its kind; the second comparison does something besides."""

    comparisons = 0

    def __init__(self, action):
        self.action = action

    def __hash__(self):
        return 7

    def __eq__(self, other):
        Key.comparisons += 1
        if Key.comparisons == 2:
            self.action()
        return True


def attempt(action):
    Key.comparisons = 0
    one = OrderedDict.fromkeys([0, Key(lambda: action(one)), 4.2])
    other = OrderedDict.fromkeys([0, Key(lambda: action(one)), 4.2])
    try:
        return one == other
    except RuntimeError as error:
        return error


def refill(ordered):
    ordered.clear()
    ordered["a"] = 1


print(attempt(lambda ordered: None))  # expect: True
print(attempt(OrderedDict.clear))  # expect: OrderedDict mutated during iteration
print(attempt(refill))  # expect: OrderedDict mutated during iteration
