"""Where an author says what they do not stand behind: a joke, a lie, a dream, a plan, somebody else's line of a chat.

Each kind is told by the words around what is said, in English, German, French and Spanish. What these words leave
open is no such thing: "probably about 500" is an estimate of the author's own.
"""

import re
from collections.abc import Iterator, Set
from functools import cache, lru_cache
from itertools import islice

from bot.text.disowning.elsewhere import OTHERS, UNHELD
from bot.text.disowning.heads import HEADS, HOME
from bot.text.disowning.way import Way
from bot.text.disowning.words import CLOSERS, CONDITIONS, MENDED, OPENERS
from bot.text.literals import Among, Search, small

_ENDS = re.compile(
    r"[.](?!\w)|[!?;\n]|,? (?:but|however|although|though|yet|actually|in fact|in truth|in reality|aber|mais|pero)\b"
    r"|, (?:so|should|shall|is|are|what|how|which|do|does|can|would|will|sollen|devons)\b",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[.](?!\w)|[!?;,\n]")
_OWN_AGAIN = re.compile(
    _ENDS.pattern + r"|,(?: and| so| while| whereas)? (?:we|i|our|my|here|wir|ich|unser\w*|nous|on|tenemos|nuestr\w+)\b"
    r"|\b(?:and|while|whereas|und|et|y) (?:we|i|our|my|wir|unser\w*|nous|on a|tenemos)\b",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"(?:\.{2,}|…|[!?\n;]|\.(?!\w))\s*")
_LABEL = re.compile(
    r"^[ \t]*(?:[-*•+]\s+|\d{1,2}[.)]\s+)?[*_\[@<]{0,3}(?P<who>[^\W\d_][\w.'-]{1,30}(?: [^\W\d_][\w.'-]{0,30}){0,2})"
    r"[*_]{0,3}(?: ?\([^()\n]{1,30}\))?[*_]{0,3}(?:\s?[:>][*_]{0,3}|\](?::|(?= )))[ \t]+(?P<rest>\S[^\n]*)",
    re.MULTILINE,
)
_ROW = re.compile(
    r"^[ \t]*\|[ \t]*(?P<who>(?-i:[A-Z])[\w.&-]{1,30})(?: [A-Z][\w.&-]{1,30})?[ \t]*\|[^\n]*\|", re.MULTILINE
)
_SPEAKS = re.compile(
    r"(?:it|its|it's|they|you|this|that|the|there|these|yes|yeah|no|nope|and|but|so|well|oh|es|il|elle|hay)\b"
    r"|.*?\b(?:we|i|our|my|us|wir|ich|unser\w*|nous|notre|nos|on a|tenemos|tengo|nuestr\w+|estamos)\b",
    re.IGNORECASE,
)
"""Words of a person, as in a chat."""
LONGEST_SENTENCE = 400
"""Characters before words that take something back in which it stands."""
MOST_CLOSERS = 100
"""So often somebody may take words back in a message."""
_MATTER = re.compile(r".+(?:tions?|ments?|ings?|it(?:y|ies)|ness|[ae]nces?|ures?|ages?|ics|[hk]eit|ung|dad)")


@lru_cache(maxsize=64)  # the same message is looked at for each kind of fact
def disowned(even: str) -> tuple[tuple[int, int], ...]:
    """Return where a message, its typography evened out, says what its author does not state of the case."""
    lower = small(even)
    signs, shown_by = _signs()
    able = {pattern for sign in signs.in_(lower) for pattern in shown_by[sign]}
    found: list[tuple[int, int]] = []
    for ways, end in ((OPENERS, _ENDS), (OTHERS, _OWN_AGAIN), (CONDITIONS, _COMMA)):
        for way in ways:
            until = 0
            for match in _matches((way,), able, even, lower):
                if match.start() >= until and not _at_home(match):
                    ends = end.search(even, match.end())
                    until = ends.start() if ends else len(even)
                    found.append((match.start(), until))
    for match in islice(_matches(CLOSERS, able, even, lower), MOST_CLOSERS):
        start = _taken_back(even, match)
        if start is not None:
            found.append((start, match.end()))
    found += [match.span() for match in _matches((*MENDED, *UNHELD), able, even, lower)]
    return tuple(sorted(found))


def _matches(ways: tuple[Way, ...], able: Set[str], even: str, lower: str) -> Iterator[re.Match[str]]:
    for way in ways:
        if way.pattern in able:
            yield from _search(way.pattern).finditer(even, lower)


@cache
def _signs() -> tuple[Among, dict[str, list[str]]]:
    """Return all signs, and the patterns that each shows."""
    shown_by: dict[str, list[str]] = {}
    for way in (*OPENERS, *OTHERS, *CONDITIONS, *CLOSERS, *MENDED, *UNHELD):
        for sign in way.signs:
            shown_by.setdefault(sign, []).append(way.pattern)
    return Among(shown_by), shown_by


@cache
def _search(pattern: str) -> Search:
    return Search(re.compile(pattern, re.IGNORECASE))


def _taken_back(even: str, match: re.Match[str]) -> int | None:
    """Return where the sentence begins that words take back: their own, or the one before; None where that asks."""
    before = begins = max(0, match.start() - LONGEST_SENTENCE)
    for each in _BREAKS.finditer(even, begins, match.start()):
        if any(map(str.isalnum, even[begins : each.start()])):
            before = begins
        begins = each.end()
    if any(map(str.isalnum, even[begins : match.start()])):
        return begins
    return None if "?" in even[before:begins] else before


def lines_of_others(even: str) -> Iterator[tuple[int, int]]:
    """Yield the lines of a chat that somebody else wrote, and rows of tables of others: behind a name, no heading."""
    for match in _ROW.finditer(even):
        if match["who"].lower() not in HOME and not _is_heading(match["who"]):
            yield match.span()
    for match in _LABEL.finditer(even):
        names = match["who"].split(" ")
        named = len(names) == 1 or all(name[0].isupper() for name in names)
        if named and not any(map(_is_heading, names)) and _SPEAKS.match(match["rest"]):
            yield match.span()


def _at_home(match: re.Match[str]) -> bool:
    """Tell whether who has something is a department, or where one's own data are, and no name."""
    who = match.groupdict().get("who")
    return who is not None and ((first := who.split()[0]).lower() in HOME or _is_matter(first))


def _is_heading(word: str) -> bool:
    lower = word.lower().rstrip(".")
    acronym = word.isupper() and len(word) <= 4
    return acronym or _is_matter(lower)


def _is_matter(word: str) -> bool:
    lower = word.lower()
    return lower in HEADS or "_" in word or _MATTER.fullmatch(lower) is not None
