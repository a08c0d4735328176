"""Writes the goldens of taipan-sre: patterns, the code CPython makes of them, and what CPython's `_sre` finds.

    python3.14 vm/sre/tests/golden/make.py            # renews cases.jsonl, random.jsonl and chars.json
    python3.14 vm/sre/tests/golden/make.py N SEED OUT # N random cases into OUT, for a longer comparison

A line is one case: pattern, flags, kind of subject, code, groups, subject, pos, endpos, and the answers of match,
fullmatch, search and finditer, as [lastindex, [start, end], ...] with null for a group that did not match.
"""

import json
import pathlib
import random
import re
import re._compiler as compiler
import re._parser as parser
import signal
import sys
import warnings

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
A, I, L, M, S, X = re.A, re.I, re.L, re.M, re.S, re.X


class TooSlow(Exception):
    pass


def alarm(signum, frame):
    raise TooSlow


def spans(match):
    if match is None:
        return None
    groups = range(match.re.groups + 1)
    return [match.lastindex] + [None if match.span(n) == (-1, -1) else list(match.span(n)) for n in groups]


def case(pattern, subject, flags=0, pos=0, endpos=None):
    """The golden of one case, or None if CPython refuses the pattern or takes too long."""
    try:
        compiled = re.compile(pattern, flags)
    except (re.PatternError, OverflowError, RecursionError, ValueError):
        return None
    tree = parser.parse(pattern, flags)
    code = [int(word) for word in compiler._code(tree, flags)]
    end = len(subject) if endpos is None else endpos
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        answers = {
            "match": spans(compiled.match(subject, pos, end)),
            "full": spans(compiled.fullmatch(subject, pos, end)),
            "search": spans(compiled.search(subject, pos, end)),
            "iter": [spans(match) for match in compiled.finditer(subject, pos, end)],
        }
    except TooSlow:
        return None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    is_bytes = isinstance(pattern, bytes)
    return {
        "p": pattern.decode("latin-1") if is_bytes else pattern.encode("utf-8", "backslashreplace").decode(),
        "f": int(flags),
        "bytes": is_bytes,
        "code": code,
        "groups": compiled.groups,
        "s": list(subject) if is_bytes else [ord(c) for c in subject],
        "pos": pos,
        "end": end,
        **answers,
    }


CASES = [
    # literals and prefixes
    ("", ""), ("", "abc"), ("abc", "abc"), ("abc", "xabcabc"), ("abcabd", "abcabcabdabcabd"), ("a", "bab"), ("aa", "aaaaa"),
    ("é", "caféé"), ("Ωmega", "xxΩmegaΩΩmega"), ("😀", "a😀b😀"), ("\x00", "a\x00b"), ("(ab)c", "ababc"), ("a(b)c", "abcabc"),
    ("\ud800", "x\ud800y"), ("[\ud800-\udfff]+", "a\ud800\udc00b"), ("\udc00", "\ud800\udc00"),
    # any, sets, classes
    (".", "\n\ra"), (".", "\n", S), (".*", "ab\ncd"), (".*", "ab\ncd", S), ("a.c", "a\nc abc"), ("[abc]+", "xxcbaxx"),
    ("[^abc]+", "abcxyzabc"), ("[a-z0-9_]+", "Hello_World9"), ("[^\\n]*", "line\nnext"), ("[]a]+", "]a]"), ("[^]a]+", "x]"),
    ("[\\s\\S]+", "a\nb"), ("[^\\s\\S]", "a"), ("[^\\s\\S]*", "a"), ("[\\d\\-x]+", "1-x9"), ("\\d+", "a12b٣٤"), ("\\d+", "a12b٣٤", A),
    ("\\w+", "naïve_café 日本 x"), ("\\w+", "naïve_café", A), ("\\W+", "a, b;é"), ("\\W+", "a, b;é", A), ("\\s+", "a \t\n\u2003\x1cb"),
    ("\\s+", "a \t\n\u2003\x1cb", A), ("\\S+", "a\u00a0b c"), ("\\D+", "12ab٣"), ("[\\w.]+@[\\w.]+", "mail joe.b@x.org now"),
    ("[à-ÿ]+", "aàéÿz"), ("[α-ω]+", "abγδω"), ("[^α-ω]+", "abγδω"), ("[😀-😎]+", "a😁😂b"), ("[a😀]+", "a😀a"), ("[一-龥]+", "x漢字y"),
    ("[aαя😀一]+", "zaαя😀一z"), ("[^aαя😀一]+", "zaαя😀一z"), ("[\\Wé]+", "aé, b"), ("[a-c\u0400-\u04ff\u3040-\u30ff]+", "cabбвひらz"),
    # case
    ("hello", "HeLLo hello", I), ("HELLO", "hello", I), ("hello", "HELLO", I | A), ("straße", "STRAßE", I), ("[a-z]+", "ABCdef", I),
    ("[^a-z]+", "ABC123", I), ("é", "É", I), ("é", "É", I | A), ("Ω", "ωΩ\u2126", I), ("k", "K\u212a", I), ("\u212a", "kK", I),
    ("s", "S\u017f", I), ("[s]", "\u017f", I), ("i", "I\u0130\u0131", I), ("\u0130", "i\u0130", I), ("[а-я]+", "ПРИВЕТ", I),
    ("[^а-я]+", "ПРИВЕТx", I), ("ǅ", "ǆǄǅ", I), ("[\U00010428-\U0001044f]+", "\U00010400\U00010401", I), ("𐐨", "𐐀", I),
    ("[\u1c80]+", "вВ\u1c80", I), ("µ", "μµΜ", I), ("(?i:a)b", "AbaB"), ("(?i:a)b", "AB"), ("(?-i:a)b", "aB", I), ("[^x]", "X", I),
    ("ß", "ẞ", I), ("ﬅ", "ﬆ", I), ("[ﬅ]", "ﬆ", I), ("ΐ", "ΐ", I), ("x*", "xXx", I), ("[^k]*", "aK\u212a", I), ("k*", "kK\u212ak", I),
    # positions
    ("^a", "aba"), ("^a", "b\na"), ("^a", "b\na", M), ("a$", "a\n"), ("a$", "a\nb", M), ("a$", "a\n\n"), ("$", "a\nb\n"), ("$", "a\nb\n", M),
    ("^$", ""), ("^$", "\n\n", M), ("^", "a\nb\n", M), ("\\Aa", "aa"), ("a\\Z", "a\na"), ("a\\z", "aa"), ("\\bfoo\\b", "a foo.foo_ foo"),
    ("\\b", "ab cd"), ("\\B", "ab cd"), ("\\B", ""), ("\\b", ""), ("\\bé", "é aé"), ("\\bé", "é aé", A), ("^abc", "xabc", 0, 1), ("\\Babc", "xabc", 0, 1),
    ("b$", "abc", 0, 0, 2), ("(?<=a)b", "ab", 0, 1), ("a|^b", "bbb", 0, 1), ("", "abc", 0, 1, 2), ("c", "abc", 0, 3), ("^", "ab\ncd\nef", M, 1),
    # alternatives
    ("a|b|c", "xcba"), ("ab|cd", "abcd"), ("a|ab", "ab"), ("(a|ab)(c|bcd)", "abcd"), ("|a", "a"), ("a|", "ba"), ("(?:foo|bar|baz)+", "barfoobaz!"),
    ("é|è|e", "eèé"), ("foo|foobar", "foobar"), ("(?:a|b)*c", "ababc"), ("(a|b)*c|(a|ab)*c", "abc"), ("(?:|a)+b", "aab"), ("(a|b|)*", "ab"),
    ("\\d+|\\w+|\\s", "12 ab é"), ("[ab]x|[cd]y", "axcydx"), ("(?:if|else|while|for|def)\\b", "whilee for define else"),
    # repeats of one item
    ("a*", "baac"), ("a+", "baac"), ("a?", "ab"), ("a{2}", "aaaaa"), ("a{2,3}", "aaaaaaa"), ("a{2,}", "aaaaaaa"), ("a{,2}", "aaa"), ("a{0}", "a"),
    ("a*?", "aa"), ("a+?", "aa"), ("a??", "aa"), ("a{2,3}?", "aaaa"), ("a*?b", "aab"), (".*?b", "xxbxb"), (".+x", "axbxc"), (".*é", "aébéc"), ("é*é", "ééé"),
    ("[ab]*b", "ababa"), ("\\w+\\s", "foo bar baz"), ("\\w*\\d", "abc123x"), (".{3}", "日本語x"), (".{2,3}?x", "aéxéx"), ("[^,]*,", "a,bé,c"), ("a*a*a*b", "aaaab"),
    ("a*+a", "aaa"), ("a*+b", "aaab"), ("a?+a", "a"), ("a{1,2}+a", "aaa"), ("[ab]++b", "abab"), ("é{2,3}+", "éééé"), ("\".*\"", 'say "a" and "b"'),
    ("\".*?\"", 'say "a" and "b"'), ("x{3,5}y", "xxxxxxy"), ("\\d{3}-\\d{4}", "555-1234"), ("(?:.a)*", "xaya"), (".*$", "a\nb"), ("\\w+$", "ab cd"),
    # repeats of more
    ("(ab)*", "ababx"), ("(ab)+?", "abab"), ("(?:ab){2}", "ababab"), ("(?:ab){2,3}?c", "abababc"), ("(a*)*", "aab"), ("(a*)+", "b"), ("(a|b*)*", "abba"),
    ("(?:a?)*?b", "aab"), ("(?:a?)*?$", "aa"), ("(a?)*", "aa"), ("(a??)*", "aa"), ("()*", "a"), ("()+", ""), ("(?:(a)|b)*", "ab"), ("(?:(a)|(b))*", "abab"),
    ("((a)|b)*", "ab"), ("(?:(a)|b|c)*?d", "abcd"), ("(a(b)?)+", "aba"), ("(?:a(b)?)+c", "abac"), ("(?:(a)(b)?)*", "aba"), ("^(?:(.)(.)?)*$", "abcde"),
    ("(([ab])c)*", "acbcad"), ("(?:a|ab)(?:c|bcd)*d", "abcdcd"), ("(?:[ab]{2}|c)*", "abcba"), ("(a+|b+)*c", "aabbaac"), ("((?:a|b)*?)b", "aabb"),
    ("(?:x(?:y(?:z)*)*)*", "xyzyzxzz"), ("(?:ab|a)*b", "aab"), ("(.*)(.*)", "ab"), ("(.+)(.+)", "abc"), ("(.*?)(.*)", "ab"), ("(\\w+) (\\w+)", "hello world again"),
    ("(?:ab)*+ab", "abab"), ("(?:ab)*+c", "ababc"), ("(?:a|ab)++c", "ababc"), ("(?:(a)|b)*+", "aba"), ("(a?)*+", "aa"), ("(a|)++", "aa"), ("(?:a{2}){2,}+", "aaaaaaa"),
    ("(?:(x)|(y)){2,3}+z", "xyxz"), ("(?>a+)a", "aaa"), ("(?>a|ab)c", "abc"), ("(?>(a+))b", "aab"), ("((?>a|b)*)b", "abab"), ("(?:(?>a*)b|a)*", "aaba"), ("(?>a*)a|(a)", "aa"),
    # references
    ("(a)\\1", "aa"), ("(.)\\1", "abccd"), ("(a*)b\\1", "aabaa"), ("(é)\\1", "éé"), ("(a)\\1", "aA", I), ("(é)\\1", "éÉ", I), ("(é)\\1", "éÉ", I | A), ("(?:(a)|b)\\1", "b"),
    ("(?P<q>['\"]).*?(?P=q)", "x'a\"b'"), ("(a)?\\1b", "aab b"), ("(?:(a)\\1?)*", "aaa"), ("(\\w+)\\s\\1", "the the cat cat"), ("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10", "abcdefghijj"),
    ("(a)?(?(1)b|c)", "abc"), ("(a)?(?(1)b)", "ab"), ("(\\()?x(?(1)\\))", "(x) x (x"), ("(a)?(?(1)\\x0f.|c)", "a\x0fz"), ("(?:(a)|(b))(?(1)c|d)(?(2)e|f)", "acf bde"),
    ("(<)?(\\w+@\\w+)(?(1)>|$)", "<a@b> a@b"), ("(?(1)a|b)(c)?", "bc"),
    # assertions
    ("a(?=b)", "acab"), ("a(?!b)", "abac"), ("(?<=a)b", "bab"), ("(?<!a)b", "abb"), ("(?<=é)b", "ébb"), ("(?<=日本)x", "x日本x"), ("(?=(a+))a", "aaa"), ("(?=(a+))\\1", "aab"),
    ("(?!(a)b)ac", "ac"), ("(?:(?=(a))a)*", "aa"), ("(?=.*\\d)(?=.*[a-z]).{4,}", "abc1"), ("\\w+(?=\\()", "foo(bar)"), ("(?<![a-z])cat", "concat cat"), ("(?<=^)a", "aa"), ("(?<=\\b)a", "a a"),
    ("(?<=(a))b", "ab"), ("(?<!^)a", "aa"), ("(?=)", "ab"), ("(?!)", "ab"), ("x(?!)|y", "xy"), ("(?<=ab|cd)e", "abecde"), ("(?:(?!ab).)*", "xxabx"), ("(?:(?!(a)b).)+", "xaxab"),
    ("((?=a))*", "a"), ("(?:(?=(b))b|(a))+", "ab"), ("(?<=.{3})x", "éàüx"), ("(?<=a*?)b" , "b"),
    # verbose and mixed
    (" a b # comment\n c ", "abc", X), ("(?x) a\\ b", "a b"), ("(?m:^)b$", "a\nb\n"), ("(?s:.)a.", "\nab"), ("(?s-i:.)A", "\na", I),
    ("^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$", "192.168.1.254"), ("(?P<y>\\d{4})-(?P<m>\\d\\d)", "on 2024-05-06"),
    ("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?", "1.5e-3 +.2 -7"), ("<(\\w+)[^>]*>(.*?)</\\1>", "<b class=x>hi</b>"), ("(?:[^\"\\\\]|\\\\.)*\"", 'ab\\"c" d'),
    ("(((((((((((a)))))))))))", "a"), ("(?:a+)+$", "aaaaaaaaaaaab"), ("(x+x+)+y", "xxxxxxxxy"), ("(.)(.)(.)(.)(.)(.)\\6\\5\\4\\3\\2\\1", "abcdeffedcba"),
]

BYTES_CASES = [
    (b"abc", b"xabc"), (b"\xe9", b"caf\xe9"), (b"[\x80-\xff]+", b"a\x80\xffb"), (b".", b"\n\xff"), (b"\\w+", b"ab\xe9c"), (b"\\W+", b"ab\xe9\xe8c"), (b"[^a]+", b"a\xe9\n"),
    (b"\\bx", b"\xe9x x"), (b"A", b"a\xc1", I), (b"\xe9", b"\xc9\xe9", I), (b"[\xe0-\xff]", b"\xc9", I), (b"abc", b"ABC", I | L), (b"[a-c]+", b"ABCd", I | L), (b"[^a-c]+", b"ABCd", I | L),
    (b"(a)\\1", b"aA", I | L), (b"\\w+", b"ab\xe9_", L), (b"\\bx\\B", b"xy x", L), (b"x*", b"xX", I | L), (b"[^x]", b"X", I | L), (b"a*", b"aAb", I | L), (b"(?s).+", b"a\nb\x00"),
    (b"(\xc3\xa9)+", b"\xc3\xa9\xc3\xa9"), (b"\\d+\\s", b"12 3\x1c4\n"), (b"(a|b)*c", b"abac"), (b"[\\W_]+", b"_a\xff"), (b"a.c$", b"a\xffc\n"), (b"(?L:\\w)x", b"ax"), (b"(?Li:A)b", b"ab"),
]


def random_pattern(rng, alphabet, depth, groups):
    """A random pattern; `groups` is a list with the number of groups opened so far and the closed ones."""

    def literal():
        return re.escape(rng.choice(alphabet))

    def atom(depth):
        kind = rng.randrange(26 if depth > 0 else 12)
        if kind < 6:
            return literal()
        if kind == 6:
            return "."
        if kind < 9:
            items = [literal() for _ in range(rng.randint(1, 3))]
            if rng.random() < 0.4:
                low, high = sorted(rng.sample(alphabet, 2))
                items.append(re.escape(low) + "-" + re.escape(high))
            if rng.random() < 0.25:
                items.append(rng.choice(["\\w", "\\d", "\\s", "\\W", "\\D", "\\S"]))
            return "[" + ("^" if rng.random() < 0.3 else "") + "".join(items) + "]"
        if kind == 9:
            return rng.choice(["\\w", "\\d", "\\s", "\\W", "\\D", "\\S"])
        if kind == 10:
            return rng.choice(["^", "$", "\\b", "\\B", "\\A", "\\Z"])
        if kind == 11:
            if groups[1] and rng.random() < 0.8:
                return "\\%d" % rng.choice(groups[1]) + "(?:)"
            return literal()
        if kind < 18:
            groups[0] += 1
            number = groups[0]
            inner = alternatives(depth - 1)
            groups[1].append(number)
            return "(" + inner + ")"
        if kind < 20:
            return "(?:" + alternatives(depth - 1) + ")"
        if kind == 20:
            return "(?>" + alternatives(depth - 1) + ")"
        if kind == 21:
            return rng.choice(["(?=", "(?!"]) + alternatives(depth - 1) + ")"
        if kind == 22:
            return rng.choice(["(?<=", "(?<!"]) + rng.choice([literal(), literal() + literal(), ".", "[" + literal() + literal() + "]", "\\b"]) + ")"
        if kind == 23 and groups[1]:
            no = "|" + sequence(depth - 1) if rng.random() < 0.6 else ""
            return "(?(%d)" % rng.choice(groups[1]) + sequence(depth - 1) + no + ")"
        if kind == 24:
            return "(?" + rng.choice(["i", "s", "m", "-i", "i-s"]) + ":" + alternatives(depth - 1) + ")"
        return "(?:" + alternatives(depth - 1) + ")"

    def piece(depth):
        text = atom(depth)
        if rng.random() < 0.4 and text[-1:] not in "^$" and not re.match(r"\\[bBAZ]$", text):
            text += rng.choice(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{,2}", "{2,}"]) + rng.choice(["", "", "?", "+"])
        return text

    def sequence(depth):
        return "".join(piece(depth) for _ in range(rng.choice([1, 1, 2, 2, 3])))

    def alternatives(depth):
        return "|".join(sequence(depth) if rng.random() > 0.06 else "" for _ in range(rng.choice([1, 1, 1, 2, 3])))

    return alternatives(depth)


ALPHABETS = ["ab", "abc", "ab\n", "aB 1", "aé", "aKk\u212a", "bΩωx", "a日😀", "sS\u017f_", "1a ٣", "Ii\u0131\u0130"]


def random_case(rng):
    alphabet = rng.choice(ALPHABETS)
    pattern = random_pattern(rng, alphabet, rng.randint(1, 3), [0, []])
    subject = "".join(rng.choice(alphabet) for _ in range(rng.choice([0, 1, 2, 4, 6, 9, 14])))
    flags = sum(flag for flag in (I, M, S, A) if rng.random() < 0.2)
    pos, end = 0, len(subject)
    if rng.random() < 0.15:
        pos, end = sorted((rng.randint(0, end), rng.randint(0, end)))
    if all(ord(c) < 256 for c in alphabet) and rng.random() < 0.25:
        pattern, subject, flags = pattern.encode("latin-1"), subject.encode("latin-1"), flags & ~A
        if rng.random() < 0.3:
            flags |= L
    return case(pattern, subject, flags, pos, end)


def characters():
    """The constants of `_sre`, and its case functions for every code point."""
    import _sre

    everything = range(sys.maxunicode + 1)
    return {
        "constants": [_sre.MAGIC, _sre.CODESIZE, _sre.MAXREPEAT, _sre.MAXGROUPS],
        "lower": [[ch, _sre.unicode_tolower(ch)] for ch in everything if _sre.unicode_tolower(ch) != ch],
        "cased": [ch for ch in everything if _sre.unicode_iscased(ch)],
        "ascii_lower": [[ch, _sre.ascii_tolower(ch)] for ch in everything if _sre.ascii_tolower(ch) != ch],
        "ascii_cased": [ch for ch in everything if _sre.ascii_iscased(ch)],
    }


def write(path, cases):
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for line in cases:
            if line is not None:
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def randoms(count, seed):
    rng = random.Random(seed)
    made = 0
    while made < count:
        line = random_case(rng)
        if line is not None:
            made += 1
            yield line


signal.signal(signal.SIGALRM, alarm)
if len(sys.argv) == 4:
    write(sys.argv[3], randoms(int(sys.argv[1]), int(sys.argv[2])))
else:
    write(HERE / "cases.jsonl", (case(*row) for row in CASES + BYTES_CASES))
    write(HERE / "random.jsonl", randoms(700, 314))
    write(HERE / "chars.json", [characters()])
