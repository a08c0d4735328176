"""Annotations as text."""
from __future__ import annotations
x: list[int] = 1
def f(a: int | None, *b: "str") -> dict[str, int]: return a
class C:
    y: C = None
