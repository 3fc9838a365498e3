"""Which texts a pattern cannot match, told by letters that each match has: seen far sooner than by a search."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

Literals = tuple[str, ...]
Way = tuple[Literals, ...]
"""A match that goes this way has one of each."""
GRAM, FEW = 4, 100
"""Letters by which a literal is found among others, and how many literals are looked for one by one."""
# What a pattern consists of, as the compiler of patterns itself reads it.
_parser: Any = import_module("re._parser")
_BETWEEN = (_parser.AT, _parser.ASSERT, _parser.ASSERT_NOT)
"""What takes no letters."""


def small(text: str) -> str:
    """Return a text in small letters, as patterns without regard to case read it."""
    return text.lower() if text.isascii() else text.translate(_READ_AS).lower()


_READ_AS = str.maketrans("\u0130\u0131\u017f", "iis")
"""Letters beside K that count as others there, and that `lower` leaves as they are or writes as two."""


class _Trigger(NamedTuple):
    """A way of a pattern, without the literals that point to it."""

    pattern: int
    rest: Way


class Prefilter:
    """Patterns that are looked for together."""

    def __init__(self, patterns: Iterable[re.Pattern[str]]) -> None:
        """Index the patterns by what tells most of each way that a match can go."""
        self._always: set[int] = set()
        self._triggers: dict[str, list[_Trigger]] = {}
        for number, pattern in enumerate(patterns):
            ways = needed(pattern.pattern, pattern.flags)
            if not ways:
                self._always.add(number)
            for way in ways:
                telling = max(way, key=_telling)
                rest = sorted((each for each in way if each not in (telling, (" ",))), key=_telling, reverse=True)
                trigger = _Trigger(number, tuple(rest))
                for literal in telling:
                    self._triggers.setdefault(literal, []).append(trigger)
        # Of many literals most are seen not to be in a text by four letters of theirs, all of which are found at once.
        self._short = [each for each in self._triggers if len(each) < GRAM or len(self._triggers) < FEW]
        self._long: dict[str, list[str]] = {}
        for each in self._triggers.keys() - {*self._short}:
            self._long.setdefault(each[-GRAM:], []).append(each)

    def may_match(self, lower: str) -> list[int]:
        """Return the numbers of the patterns that may match a text, given as `small` makes it, in their order."""
        found = {*self._always}
        triggers = self._triggers
        for literal in self._in(lower):
            for number, rest in triggers[literal]:
                if number not in found and (not rest or _has(rest, lower)):
                    found.add(number)
        return sorted(found)

    def _in(self, lower: str) -> Iterator[str]:
        """Yield the literals that a text has."""
        yield from [each for each in self._short if each in lower]
        if self._long:
            grams = {lower[at : at + GRAM] for at in range(len(lower) - GRAM + 1)}
            for gram in grams & self._long.keys():
                yield from [each for each in self._long[gram] if each in lower]


def _has(way: Way, lower: str) -> bool:
    for literals in way:
        for each in literals:
            if each in lower:
                break
        else:
            return False
    return True


@lru_cache(maxsize=2048)
def needed(pattern: str, flags: int = 0) -> tuple[Way, ...]:
    """Return the ways that a match can go, each with what is in it in small letters; none where that cannot be told."""
    return _ways(_parser.parse(pattern, flags))


def _ways(items: Iterable[tuple[Any, Any]]) -> tuple[Way, ...]:
    items = [item for item in items if item[0] not in _BETWEEN]
    if len(items) == 1:
        kind, given = items[0]
        if kind is _parser.BRANCH:
            branches = [_ways(each) for each in given[1]]
            return tuple(way for ways in branches for way in ways) if all(branches) else ()
        if kind is _parser.SUBPATTERN:
            return _ways(given[-1])
    way = _runs(items)
    return (way,) if way else ()


def _runs(items: Iterable[tuple[Any, Any]]) -> Way:
    """Return what a sequence has: its runs of letters, and one set for each item that has letters in any event."""
    runs: list[Literals] = []
    run = ""
    for kind, given in items:
        if kind is _parser.LITERAL:
            run += chr(given).lower()
            continue
        if kind in _BETWEEN:
            continue
        if run:
            runs.append((run,))
            run = ""
        runs += _inside(kind, given)
    if run:
        runs.append((run,))
    return tuple(dict.fromkeys(runs))


def _inside(kind: Any, given: Any) -> Way:
    if kind is _parser.SUBPATTERN:
        return _runs(given[-1])
    if kind is _parser.ATOMIC_GROUP:
        return _runs(given)
    if kind in (_parser.MAX_REPEAT, _parser.MIN_REPEAT, _parser.POSSESSIVE_REPEAT) and given[0] > 0:
        return _runs(given[-1])
    if kind is _parser.BRANCH:
        branches = [max(_runs(each), key=_telling, default=None) for each in given[1]]
        return () if None in branches else (_shortest(word for each in branches if each for word in each),)
    return ()


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
