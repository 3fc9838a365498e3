"""Which texts a pattern cannot match, told by letters that each match has: seen far sooner than by a search."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

MOST = 120
"""Literals of a pattern that are looked for one by one; with more a search is as fast."""
Literals = tuple[str, ...]
# What a pattern consists of, as the compiler of patterns itself reads it.
_parser: Any = import_module("re._parser")


def may_match(pattern: re.Pattern[str], lower: str) -> bool:
    """Tell whether a pattern may match a text, given in small letters; False where it surely does not."""
    literals = needed(pattern.pattern, pattern.flags)
    return not literals or any([each in lower for each in literals])  # noqa: C419 - sooner made than asked one by one


@lru_cache(maxsize=2048)
def needed(pattern: str, flags: int = 0) -> Literals:
    """Return literals in small letters of which each match of a pattern has one; none where that cannot be told."""
    found = _of(_parser.parse(pattern, flags))
    return found if found is not None and len(found) <= MOST else ()


def _of(items: Iterable[tuple[Any, Any]]) -> Literals | None:
    """Return what tells most of a sequence: the literals of its item of which the shortest is longest."""
    runs: list[Literals] = []
    run = ""
    for kind, given in items:
        if kind is _parser.LITERAL:
            run += chr(given).lower()
            continue
        if kind is _parser.AT:  # it takes no letters
            continue
        if run:
            runs.append((run,))
            run = ""
        if (inner := _inside(kind, given)) is not None:
            runs.append(inner)
    if run:
        runs.append((run,))
    return max(runs, key=_telling, default=None)


def _inside(kind: Any, given: Any) -> Literals | None:
    if kind is _parser.SUBPATTERN:
        return _of(given[-1])
    if kind is _parser.ATOMIC_GROUP:
        return _of(given)
    if kind in (_parser.MAX_REPEAT, _parser.MIN_REPEAT, _parser.POSSESSIVE_REPEAT) and given[0] > 0:
        return _of(given[-1])
    if kind is _parser.BRANCH:
        branches = [_of(each) for each in given[1]]
        return None if None in branches else _shortest(word for each in branches if each for word in each)
    return None


def _shortest(words: Iterable[str]) -> Literals:
    """Return words without those that hold another of them."""
    kept: list[str] = []
    for word in sorted(set(words), key=lambda word: (len(word), word)):
        if not any(other in word for other in kept):
            kept.append(word)
    return tuple(kept)


def _telling(literals: Sequence[str]) -> tuple[int, int]:
    """Return how rarely a text has one of these: signs are rarer than letters, and a longer word than a shorter one."""
    return min(len(word) if word.isalnum() else len(word) + 1 for word in literals), -len(literals)
