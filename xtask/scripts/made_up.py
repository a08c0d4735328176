"""Programs made up at random: all statements and expressions of Python 3.14, nested in ways that nobody would write.

What comes out is well formed but for what only a later stage refuses (`break` outside of a loop, `nonlocal` without a
binding, ...). `fuzz_parity.py` compares what two compilers make of it.
"""

import random

NAMES = "a b c d x y z f g self cls __x _ T".split()
CONSTANTS = """0 1 2 255 256 1000 -1 1.5 0.0 -0.0 2j 1e300 True False None ... 'a' 'b' '' 'long_text' b'y' b'' 1_000_000 '%s' '%d,%s'
9223372036854775808 18446744073709551616""".split()
BINARY = "+ - * / // % ** @ << >> & | ^".split()
COMPARE = ["==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"]


class Writer:
    """Writes one program. `budget` bounds its size; scopes are kept so that most of it compiles."""

    def __init__(self, chance, budget=60):
        self.chance = chance
        self.budget = budget
        self.in_function = self.in_async = self.in_loop = self.in_class = False

    def pick(self, *choices):
        return self.chance.choice(choices)

    def some(self, make, least=1, most=3, separator=", "):
        return separator.join(make() for _ in range(self.chance.randint(least, most)))

    def name(self):
        return self.chance.choice(NAMES)

    # Expressions

    def expression(self, depth=0):
        self.budget -= 1
        if depth > 4 or self.budget < 0 or self.chance.random() < 0.3:
            return self.pick(self.name(), self.chance.choice(CONSTANTS), self.name() + "." + self.name())
        deeper = lambda: self.expression(depth + 1)
        kind = self.chance.randrange(30)
        match kind:
            case 0 | 1 | 2:
                return f"({deeper()} {self.chance.choice(BINARY)} {deeper()})"
            case 3:
                return f"({self.pick('-', '+', '~', 'not ')}{deeper()})"
            case 4 | 5:
                word = self.pick(" and ", " or ")
                return f"({self.some(deeper, 2, 3, word)})"
            case 6:
                return f"({deeper()} {' '.join(f'{self.chance.choice(COMPARE)} {deeper()}' for _ in range(self.pick(1, 1, 2, 3)))})"
            case 7:
                return f"({deeper()} if {deeper()} else {deeper()})"
            case 8 | 9 | 10:
                return self.call(deeper)
            case 11:
                return f"{self.name()}[{self.slice(deeper)}]"
            case 12:
                return f"({self.some(lambda: self.starred(deeper), 0, 4)},)" if self.chance.random() < 0.8 else "()"
            case 13:
                return f"[{self.some(lambda: self.starred(deeper), 0, 4)}]"
            case 14:
                return "{" + self.some(lambda: self.starred(deeper), 1, 4) + "}"
            case 15:
                return "{" + self.some(lambda: self.pick(f"{deeper()}: {deeper()}", f"**{self.name()}"), 0, 4) + "}"
            case 16 | 17 | 18:
                return self.comprehension(deeper)
            case 19:
                return f"(lambda {self.parameters(False)}: {deeper()})"
            case 20:
                return f"({self.name()} := {deeper()})"
            case 21 | 22:
                return self.interpolated(deeper)
            case 23 if self.in_async:
                return f"(await {deeper()})"
            case 24 if self.in_function:
                return f"(yield {deeper()})" if self.in_async else self.pick(f"(yield {deeper()})", f"(yield from {deeper()})", "(yield)")
            case 25:
                return self.pick("(1, 2, 3)", "[1, 2, 3]", "{1, 2, 3}", "(1, (2, 'a'), b'c')", "{'a': 1, 'b': 2}")
            case 26:
                return f"super().{self.name()}" + self.pick("", "()")
            case 27:
                return self.pick("__debug__", "'a' 'b'", "'%s' % (a,)", "'%s%r' % (a, b)", "(1, 2)[0]", "'abc'[1]", "2 ** 10", "'a' * 3")
            case _:
                return f"{self.pick(self.name(), 'f(x)')}.{self.name()}"

    def starred(self, deeper):
        return f"*{self.name()}" if self.chance.random() < 0.15 else deeper()

    def slice(self, deeper):
        return self.pick(deeper(), f"{deeper()}:{deeper()}", ":", f"::{deeper()}", f"{deeper()}:, {deeper()}", "1:2", f"*{self.name()}")

    def call(self, deeper):
        parts = [deeper() for _ in range(self.chance.randrange(4))]
        if self.chance.random() < 0.15:
            parts.append(f"*{self.name()}")
        parts += [f"{name}={deeper()}" for name in self.chance.sample(NAMES[:9], self.pick(0, 0, 0, 1, 2))]
        if self.chance.random() < 0.15:
            parts.append(f"**{self.name()}")
        callee = self.pick(self.name(), self.name(), f"{self.name()}.{self.name()}", "all", "any", "tuple", "list", "set")
        if callee in ("all", "any", "tuple", "list", "set") and self.chance.random() < 0.7:
            return f"{callee}({deeper()} for {self.name()} in {deeper()})"
        return f"{callee}({', '.join(parts)})"

    def comprehension(self, deeper):
        kind = self.chance.randrange(4)
        element = f"{deeper()}: {deeper()}" if kind == 3 else deeper()
        clauses = ""
        for _ in range(self.pick(1, 1, 1, 2, 3)):
            word = "async for" if self.in_async and self.chance.random() < 0.2 else "for"
            clauses += f" {word} {self.target(1)} in {self.pick(deeper(), deeper(), '[x]', '(1, 2)')}"
            clauses += "".join(f" if {deeper()}" for _ in range(self.pick(0, 0, 1, 2)))
        opening, closing = ["[]", "()", "{}", "{}"][kind]
        return f"{opening}{element}{clauses}{closing}"

    def interpolated(self, deeper):
        parts = []
        for _ in range(self.chance.randrange(4)):
            value = f"{{{deeper()}{self.pick('', '', '=', '!r', '!s', '!a')}{self.pick('', '', ':>10', ':{x}', ':{x!r:>3}')}}}"
            parts.append(self.pick("text", "{{", "%", " ", value, value, value))
        return self.pick("f", "f", "t") + '"""' + "".join(parts) + '"""'

    def target(self, depth=0):
        if depth < 2 and self.chance.random() < 0.2:
            parts = [self.target(depth + 1) for _ in range(self.chance.randint(1, 3))]
            if self.chance.random() < 0.3:
                parts[self.chance.randrange(len(parts))] = f"*{self.name()}"
            return self.pick("({},)", "[{}]").format(", ".join(parts))
        return self.pick(self.name(), self.name(), f"{self.name()}.{self.name()}", f"{self.name()}[{self.name()}]", f"{self.name()}[1:{self.name()}]")

    def parameters(self, annotated=True):
        names = self.chance.sample(NAMES[:9], self.chance.randrange(5))
        note = lambda: f": {self.expression(3)}" if annotated and self.chance.random() < 0.3 else ""
        out, has_default, has_star = [], False, False
        for place, name in enumerate(names):
            if not has_star and place and self.chance.random() < 0.15:
                out.append("/") if "/" not in out and place == 1 else None
            if not has_star and self.chance.random() < 0.15:
                out.append(f"*{name}{note()}")
                has_star = True
                continue
            has_default = has_default or self.chance.random() < 0.3
            out.append(f"{name}{note()}" + (f"={self.expression(3)}" if has_default or has_star and self.chance.random() < 0.5 else ""))
        if self.chance.random() < 0.15:
            out.append(f"**kwargs{note()}")
        return ", ".join(out)

    # Statements

    def block(self, indent, depth, least=1):
        lines = [self.statement(indent, depth) for _ in range(self.chance.randint(least, 3))]
        return "\n".join(lines)

    def nested(self, indent, depth, **scope):
        saved = dict(vars(self))
        for key, value in scope.items():
            setattr(self, key, value)
        text = self.block(indent + "  ", depth + 1)
        for key in scope:
            setattr(self, key, saved[key])
        return text

    def statement(self, indent, depth):
        self.budget -= 1
        e = self.expression
        if depth > 5 or self.budget < 0 or self.chance.random() < 0.4:
            return indent + self.simple(e)
        inner = lambda **scope: self.nested(indent, depth, **scope)
        kind = self.chance.randrange(14)
        prefix = "async " if self.in_async and self.chance.random() < 0.3 else ""
        match kind:
            case 0 | 1 | 2:
                text = f"{indent}if {e()}:\n{inner()}"
                for _ in range(self.pick(0, 0, 1, 2)):
                    text += f"\n{indent}elif {e()}:\n{inner()}"
                return text + (f"\n{indent}else:\n{inner()}" if self.chance.random() < 0.4 else "")
            case 3 | 4:
                head = self.pick(f"while {self.pick(e(), 'True', '1', '0', e())}", f"{prefix}for {self.target()} in {e()}")
                text = f"{indent}{head}:\n{inner(in_loop=True)}"
                return text + (f"\n{indent}else:\n{inner()}" if self.chance.random() < 0.3 else "")
            case 5 | 6 | 7:
                return self.try_statement(indent, inner, e)
            case 8:
                items = self.some(lambda: e() + self.pick("", f" as {self.target()}"), 1, 2)
                return f"{indent}{prefix}with {items}:\n{inner()}"
            case 9 | 10:
                return self.definition(indent, inner, e)
            case 11:
                bases = self.some(e, 0, 2)
                head = f"class {self.name()}{self.pick('', '', '[T]', '[T: int, *Ts, **P]')}({bases})"
                decorator = f"{indent}@{e()}\n" if self.chance.random() < 0.2 else ""
                return f"{decorator}{indent}{head}:\n{inner(in_function=False, in_async=False, in_loop=False, in_class=True)}"
            case 12:
                text = f"{indent}match {e()}:"
                for _ in range(self.chance.randint(1, 3)):
                    guard = f" if {e()}" if self.chance.random() < 0.3 else ""
                    text += f"\n{indent}  case {self.pattern(0)}{guard}:\n" + self.nested(indent + "  ", depth + 1)
                return text
            case _:
                return f"{indent}{self.simple(e)}; {self.simple(e)}"

    def try_statement(self, indent, inner, e):
        text = f"{indent}try:\n{inner()}"
        star = self.pick("", "", "", "*")
        scope = {"in_loop": False, "in_function": False} if star else {}
        handlers = self.chance.randrange(3)
        for _ in range(handlers):
            text += f"\n{indent}except{star} {self.pick(e(), 'ValueError', '(A, B)')}{self.pick('', ' as e')}:\n{inner(**scope)}"
        if handlers and not star and self.chance.random() < 0.3:
            text += f"\n{indent}except:\n{inner()}"
        if handlers and self.chance.random() < 0.3:
            text += f"\n{indent}else:\n{inner()}"
        if not handlers or self.chance.random() < 0.4:
            text += f"\n{indent}finally:\n{inner()}"
        return text

    def definition(self, indent, inner, e):
        is_async = self.chance.random() < 0.3
        decorators = "".join(f"{indent}@{e()}\n" for _ in range(self.pick(0, 0, 0, 1, 2)))
        types = self.pick("", "", "", "[T]", "[T: int = str, *Ts = *a]")
        result = f" -> {e()}" if self.chance.random() < 0.2 else ""
        head = f"{'async ' if is_async else ''}def {self.name()}{types}({self.parameters()}){result}:"
        doc = f"{indent}  {self.pick(repr('doc'), repr('  doc'), 'b' + repr('doc'))}\n" if self.chance.random() < 0.2 else ""
        return f"{decorators}{indent}{head}\n{doc}{inner(in_function=True, in_async=is_async, in_loop=False, in_class=False)}"

    def simple(self, e):
        loop = ["break", "continue"] if self.in_loop else ["pass"]
        leave = ["return", f"return {e()}", f"return {e()}"] if self.in_function else ["pass"]
        if self.in_async:
            leave = ["return", "pass"]
        kind = self.chance.randrange(20)
        match kind:
            case 0 | 1 | 2 | 3:
                return f"{' = '.join(self.target() for _ in range(self.pick(1, 1, 1, 2)))} = {e()}"
            case 4 | 5:
                return f"{self.pick(self.name(), self.name() + '.' + self.name(), self.name() + '[x]')} {self.chance.choice(BINARY)}= {e()}"
            case 6:
                return f"{self.pick(self.name(), 'self.x', 'a[1]')}: {e()}{self.pick('', f' = {e()}')}"
            case 7:
                return f"del {self.target()}"
            case 8:
                return self.pick("raise", f"raise {e()}", f"raise {e()} from {e()}")
            case 9:
                return f"assert {e()}{self.pick('', f', {e()}')}"
            case 10:
                return self.pick("import a", "import a.b as c", "from a import b as c, d", "from . import x", "import a.b, c")
            case 11 if self.in_function:
                return f"global {self.chance.choice(['ga', 'gb', 'gc'])}"
            case 12:
                return f"type {self.pick('A', 'B[T]', 'C[*Ts, **P]')} = {e()}"
            case 13 | 14:
                return self.chance.choice(leave)
            case 15 | 16:
                return self.chance.choice(loop)
            case 17:
                return "pass"
            case _:
                return e()

    def pattern(self, depth):
        if depth > 2:
            return self.pick("_", f"p{depth}{self.chance.randrange(1000)}", "1", "'a'", "None", "-1.5", "1+2j", "a.b")
        deeper = lambda: self.pattern(depth + 1)
        kind = self.chance.randrange(8)
        match kind:
            case 0:
                return f"[{self.some(deeper, 0, 3)}]"
            case 1:
                return f"[{deeper()}, *{self.pick('_', f's{self.chance.randrange(1000)}')}, {deeper()}]"
            case 2:
                items = [f"{self.chance.randrange(1000)}: {deeper()}" for _ in range(self.chance.randrange(3))]
                return "{" + ", ".join(items + self.pick([], ["**rest"])) + "}"
            case 3:
                return f"{self.pick('A', 'a.B')}({self.some(deeper, 0, 2)})"
            case 4:
                return f"A(x={deeper()}, y={deeper()})"
            case 5:
                return f"({self.pick('1', 'a.b', 'None')} | {self.pick('2', '[_, _]', 'A()')})"
            case 6:
                return f"({deeper()} as n{self.chance.randrange(1000)})"
            case _:
                return self.pick("_", "1", "'a'", f"v{self.chance.randrange(1000)}", "a.b", "True")


def program(chance):
    """A module of some statements."""
    writer = Writer(chance, chance.choice((10, 30, 60, 120)))
    return "\n".join(writer.statement("", 0) for _ in range(chance.randint(1, 4))) + "\n"


if __name__ == "__main__":
    print(program(random.Random()))
