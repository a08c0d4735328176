# Template strings.
t""
t"a{b}c"
t"{a!r:>{w}}" t"{b}"
