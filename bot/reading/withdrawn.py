"""What a message takes back of what is known: "it is not about tone", "forget what I said about the price"."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from bot.consultation.base import Value
from bot.reading import phrased
from bot.text import numbers
from knowledge.load import Knowledge

MOST_WORDS = 45
"""A longer message tells a case, and takes nothing back in passing."""
_LEAD = r"\W*(?:(?:no|oh|ah|well|ok|okay|sorry|wait|actually|and|so|but|hm+|nope|my bad|correction|scratch that)\b\W*)*"
_END = r"(?: (?:anymore|any more|any longer|at all|after all|actually|though|really|now))*\W*"
_ABOUT = re.compile(
    rf"{_LEAD}(?:"
    # "It is not our tone" complains of the tone; only "about" and a bare noun take it back.
    r"(?:(?:it|this|that|the (?:problem|issue|point))(?:'?s| is| was|)? ?(?:not|never was|isn'?t|wasn'?t)|not)"
    r"(?: (?:really|so much|actually|even))*"
    r" (?:(?:about|because of|a (?:matter|question) of) (?P<about>[^.!?;,\n]{2,40}?)|the (?P<bare>\w+))"
    r"|(?:forget|scratch|strike|drop|ignore|i take back|take back|never ?mind)"
    r" (?:what (?:i|we) (?:said|told you|wrote) about|the (?:bit|part|thing) about|that about)"
    r" (?P<said>[^.!?;,\n]{2,40}?)"
    r"|(?:the|our|its) (?P<fine>\w+(?: of voice)?)(?:'s| is| was)"
    r" (?:fine|ok|okay|alright|not (?:the|a|our) (?:problem|issue|point)|no (?:problem|issue))"
    rf"){_END}",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"{_LEAD}(?:we|it|that|everything)(?: are|'re| is|'s)? ?(?:not|no longer|aren'?t|isn'?t|don'?t use|do not use"
    rf"|don'?t run)(?: (?:run|running|using|use))?(?: (?:on|in|at|with))? (?P<place>[\w. ]{{3,24}}?){_END}",
    re.IGNORECASE,
)
_NONE_OF = re.compile(
    rf"{_LEAD}(?:we|i|there)\b.{{0,12}}?(?:\b(?:do not|are not|no longer|never)\b|n't\b|\bdont\b)[^.!?;,\n]*",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(?:[^.!?;,\n]|[.,](?=\w))+")
_BUT = re.compile(r"\bbut\b", re.IGNORECASE)


class Withdrawn(NamedTuple):
    """A value of a fact that is denied, and the words that deny it, by position."""

    fact: str
    value: Value
    start: int
    end: int


def withdrawn(even: str, before: Mapping[str, Value], knowledge: Knowledge) -> list[Withdrawn]:
    """Return what is denied of what is known; what was not known cannot be taken back."""
    if not before or len(even.split()) > MOST_WORDS:
        return []
    found: list[Withdrawn] = []
    for start, end in _pieces(even):
        piece = even[start:end]
        if about := _ABOUT.fullmatch(piece):
            what = next(words for words in about.groupdict().values() if words)
            denied = _meant(what, ("need",) if about["bare"] or about["fine"] else tuple(before), before, knowledge)
        elif place := _PLACE.fullmatch(piece):
            denied = _meant(place["place"], ("platform",), before, knowledge)
        else:
            denied = _number(piece, before, knowledge)
        if denied:
            found.append(Withdrawn(*denied, start, end))
    return found


def _pieces(even: str) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    for piece in _PIECE.finditer(even):
        if (cut := _BUT.search(even, *piece.span())) and cut.start() > piece.start():
            pieces += [(piece.start(), cut.start()), (cut.start(), piece.end())]
        else:
            pieces.append(piece.span())
    return pieces


def _meant(
    what: str, names: tuple[str, ...], before: Mapping[str, Value], knowledge: Knowledge
) -> tuple[str, Value] | None:
    """Return the known value that these words stand nearest to, where no other value is nearer."""
    known = [name for name in names if name in before and knowledge.facts[name].type != "count"]
    options = [(ranked[0], name) for name, ranked in phrased.ranked(what, known, knowledge).items()]
    for first, name in sorted(options, key=lambda option: -option[0].score):
        if first.score < knowledge.thresholds.clear or isinstance(first.value, bool):
            return None  # what is said of a yes or no decides whether it turns
        held = before[name]
        if first.value in (held if isinstance(held, tuple) else (held,)):
            return name, first.value
    return None


def _number(piece: str, before: Mapping[str, Value], knowledge: Knowledge) -> tuple[str, Value] | None:
    """Return the known count whose number stands in a clause that denies."""
    said = [number.value for number in numbers.find(piece)]
    if len(said) != 1 or not _NONE_OF.fullmatch(piece):
        return None
    held = [name for name, value in before.items() if knowledge.facts[name].type == "count" and value == said[0]]
    return (held[0], said[0]) if len(held) == 1 else None
