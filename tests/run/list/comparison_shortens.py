# A comparison of items that takes items away: then the lengths decide.
class Clears:
    def __init__(self, victim):
        self.victim = victim
    def __eq__(self, other):
        self.victim.clear()
        return NotImplemented
first, second = [], []
first.append(Clears(second))
second.append(Clears(first))
print(first == second)      # expect: True
