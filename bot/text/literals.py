"""Where a pattern cannot match, told by letters that each match has, and by those with which it begins.

These are seen far sooner than by a search, which tries a pattern from every letter of a text.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import chain
from typing import Any, NamedTuple

Literals = tuple[str, ...]
Way = tuple[Literals, ...]
"""A match that goes this way has one of each."""
GRAM = 4
"""Letters by which a literal is found among others; a shorter one is looked for by itself."""
# What a pattern consists of, as the compiler of patterns itself reads it.
_parser: Any = import_module("re._parser")
_BETWEEN = (_parser.AT, _parser.ASSERT, _parser.ASSERT_NOT)
"""What takes no letters."""
LONGEST_BEGINNING, MOST_BEGINNINGS = 6, 400
"""Letters of a beginning that are told, and how many beginnings of a pattern are."""
HEAD = 2
"""Letters by which the words of a text are found."""
_DIGIT = "\uffff"
"""Stands for any digit, alone: no beginning that is told has it."""
_DIGITS = [(_parser.CATEGORY, _parser.CATEGORY_DIGIT)]
_BEHIND_NO_WORD = (-1, [(_parser.IN, [(_parser.CATEGORY, _parser.CATEGORY_WORD)])])
_STARTS = (_parser.AT_BOUNDARY, _parser.AT_BEGINNING, _parser.AT_BEGINNING_STRING)
_REPEATS = (_parser.MAX_REPEAT, _parser.MIN_REPEAT, _parser.POSSESSIVE_REPEAT)


def small(text: str) -> str:
    """Return a text in small letters, as patterns without regard to case read it."""
    return text.lower() if text.isascii() else text.translate(_READ_AS).lower()


_READ_AS = str.maketrans("\u0130\u0131\u017f", "iis")
"""Letters beside K that count as others there, and that `lower` leaves as they are or writes as two."""


class Among:
    """Literals that are looked for together, in a text as `small` gives it."""

    def __init__(self, literals: Iterable[str]) -> None:
        """Index the literals by what is found of all of them at once."""
        every = {*literals}
        # Most literals are seen not to be in a text by four letters of theirs, all of which are found at once.
        self._short = [each for each in every if len(each) < GRAM]
        self._long: dict[str, list[str]] = {}
        spread = Counter(chain.from_iterable(map(_grams_of, every)))
        for each in every.difference(self._short):
            self._long.setdefault(min(_grams_of(each), key=spread.__getitem__), []).append(each)

    def in_(self, lower: str) -> list[str]:
        """Return the literals that a text has."""
        found = [*filter(lower.__contains__, self._short)]
        if self._long:
            for gram in _grams(lower) & self._long.keys():
                found += [each for each in self._long[gram] if each in lower]
        return found


@lru_cache(maxsize=16)  # a text is looked at for many things
def _grams(lower: str) -> frozenset[str]:
    return frozenset(_grams_of(lower))


def _grams_of(text: str) -> list[str]:
    return [text[at : at + GRAM] for at in range(len(text) - GRAM + 1)]


class _Any(NamedTuple):
    """Literals of which a text must have one, and the last letters of each; none where one has too few."""

    literals: Literals
    ends: frozenset[str]


class _Trigger(NamedTuple):
    """A way of a pattern, without the literals that point to it."""

    pattern: int
    rest: tuple[_Any, ...]


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
                trigger = _Trigger(number, tuple(map(_any_of, rest)))
                for literal in telling:
                    self._triggers.setdefault(literal, []).append(trigger)
        self._literals = Among(self._triggers)

    def may_match(self, lower: str) -> list[int]:
        """Return the numbers of the patterns that may match a text, given as `small` makes it, in their order."""
        found = {*self._always}
        triggers = self._triggers
        for literal in self._literals.in_(lower):
            for number, rest in triggers[literal]:
                if number not in found and (not rest or _has(rest, lower)):
                    found.add(number)
        return sorted(found)


def _any_of(literals: Literals) -> _Any:
    long = all(len(each) >= GRAM for each in literals)
    return _Any(literals, frozenset(each[-GRAM:] for each in literals if long))


def _has(way: Sequence[_Any], lower: str) -> bool:
    has, grams = lower.__contains__, _grams(lower)
    for literals, ends in way:
        if ends and grams.isdisjoint(ends):
            return False
        if not any(map(has, literals)):
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


class Beginning(NamedTuple):
    """Small letters with which a match begins, and whether a word begins with them: no letter stands before."""

    letters: str
    of_word: bool


class _Begun(NamedTuple):
    """A way that a match may begin, and whether what follows its letters is not told."""

    letters: str = ""
    of_word: bool = False
    ends: bool = False


_ANYTHING = frozenset({_Begun(ends=True)})
_NOTHING = frozenset({_Begun()})


class Search:
    """A pattern that is tried only where a text has the letters with which a match of it begins."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        """Take a pattern; of one whose matches may begin with anything every place is tried."""
        self.pattern = pattern
        told = beginnings(pattern.pattern, pattern.flags)
        self._everywhere = not told
        self._anywhere = [each.letters for each in told if not each.of_word]
        heads: dict[str, list[str]] = {}
        for letters in (each.letters for each in told if each.of_word):
            heads.setdefault(letters[:HEAD], []).append(letters)
        self._heads = {head: () if head == _DIGIT else tuple(letters) for head, letters in heads.items()}

    def finditer(self, text: str, lower: str) -> Iterator[re.Match[str]]:
        """Yield what the pattern finds in a text, as its own `finditer` does; `lower` is that text made `small`."""
        if self._everywhere:
            yield from self.pattern.finditer(text)
            return
        match, end = self.pattern.match, 0
        for at in self.places(lower):
            if at >= end and (found := match(text, at)):
                yield found
                end = found.end()

    def search(self, text: str, lower: str) -> re.Match[str] | None:
        """Return the first match in a text, None where there is none."""
        return next(self.finditer(text, lower), None)

    def places(self, lower: str) -> Sequence[int]:
        """Return where in a text a match may begin, in order."""
        if self._everywhere:
            return range(len(lower) + 1)
        words, heads = _words(lower), self._heads
        places = [
            at
            for head in heads.keys() & words.keys()
            for at in words[head]
            if not heads[head] or lower.startswith(heads[head], at)
        ]
        for letters in self._anywhere:
            at = lower.find(letters)
            while at >= 0:
                places.append(at)
                at = lower.find(letters, at + 1)
        return sorted({*places})


@lru_cache(maxsize=16)  # many patterns are tried on one text
def _words(lower: str) -> dict[str, list[int]]:
    """Return where the words of a text begin, by their first letter and by their first two."""
    found: dict[str, list[int]] = {}
    for word in _WORD.finditer(lower):
        head, at = word.group(), word.start()
        found.setdefault(head, []).append(at)
        if len(head) > 1:
            found.setdefault(head[0], []).append(at)
        if head[0].isdecimal():
            found.setdefault(_DIGIT, []).append(at)
    return found


_WORD = re.compile(r"\b\w.?", re.DOTALL)


def beginnings(pattern: str, flags: int = 0) -> tuple[Beginning, ...]:
    """Return the beginnings of which each match has one; none where that cannot be told."""
    ways = _begun(_parser.parse(pattern, flags))
    if any(not way.letters or (way.letters == _DIGIT and not way.of_word) for way in ways):
        return ()
    told = {Beginning(way.letters, way.of_word and _is_of_word(way.letters)) for way in ways}
    return tuple(sorted(told))


def _is_of_word(letters: str) -> bool:
    return letters == _DIGIT or letters[0].isalnum() or letters[0] == "_"


def _begun(items: Iterable[tuple[Any, Any]]) -> frozenset[_Begun]:
    """Return the ways that a sequence may begin."""
    ways = _NOTHING
    for kind, given in items:
        more = _of_item(kind, given)
        ways = frozenset(joined for way in ways for joined in ((way,) if way.ends else _joined(way, more)))
        if len(ways) > MOST_BEGINNINGS:
            ways = frozenset(way._replace(ends=True) for way in ways)
        if all(way.ends for way in ways):
            break
    return ways


def _joined(way: _Begun, more: Iterable[_Begun]) -> Iterator[_Begun]:
    for other in more:
        if way.letters and other.letters == _DIGIT:
            yield way._replace(ends=True)
        else:
            letters = way.letters + other.letters
            of_word = way.of_word or (not way.letters and other.of_word)
            yield _Begun(letters[:LONGEST_BEGINNING], of_word, other.ends or len(letters) >= LONGEST_BEGINNING)


def _of_item(kind: Any, given: Any) -> frozenset[_Begun]:
    if kind is _parser.LITERAL:
        return _letter(given)
    if kind is _parser.IN:
        if given == _DIGITS:
            return frozenset({_Begun(_DIGIT, ends=True)})
        single = all(each[0] is _parser.LITERAL for each in given)
        return frozenset(way for _, letter in given for way in _letter(letter)) if single else _ANYTHING
    if kind in (_parser.SUBPATTERN, _parser.ATOMIC_GROUP):
        return _begun(given[-1] if kind is _parser.SUBPATTERN else given)
    if kind is _parser.BRANCH:
        return frozenset(way for each in given[1] for way in _begun(each))
    if kind in _REPEATS:
        least, most, repeated = given
        ways = _begun(repeated)
        if most > 1:
            ways = frozenset(way._replace(ends=True) for way in ways)
        return ways | _NOTHING if least == 0 else ways
    if kind is _parser.AT:
        return frozenset({_Begun(of_word=given in _STARTS)})
    if kind is _parser.ASSERT_NOT:
        return frozenset({_Begun(of_word=(given[0], list(given[1])) == _BEHIND_NO_WORD)})
    return _NOTHING if kind is _parser.ASSERT else _ANYTHING


def _letter(code: int) -> frozenset[_Begun]:
    """Return a letter; one beyond ASCII may have more forms than two, and is not told."""
    letter = chr(code).lower()
    return frozenset({_Begun(letter)}) if letter.isascii() else _ANYTHING
