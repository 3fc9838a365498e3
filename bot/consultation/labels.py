"""Labels that people name in a list, beside those that their samples happen to have."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

WORDS, LENGTH, MOST = 4, 40, 40
_ENDS = re.compile(r"[.!?:;()\[\]\n\u2014\u3002\uff1a\uff1b\uff08\uff09]|\s-\s")
_PARTS = re.compile(
    r"[,|/\u3001\uff0c]|\s(?:and|or|und|oder|et|ou|y|o|e|en)(?=\s)|(?<=[\u4e00-\u9fff])[\u548c\u6216](?=[\u4e00-\u9fff])"
)
_ITEM = re.compile(
    r"(?m)^[ \t]*(?:[-*\u2022]|\d{1,2}[.)])[ \t]+(\S(?:.*?\S)??)(?=[ \t]*+(?:[:(\u2013\u2014\uff1a]|\s-\s|$))"
)
_MARKS = " \t`'\"*_\u201c\u201d\u2018\u2019\u300c\u300d"
_MORE = frozenset({"etc", "usw", "so on", "others", "more", "\u2026"})


def named_beside(texts: Iterable[str], outputs: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of a list in people's words that holds all wanted outputs, without those outputs.

    Of "we sort into billing, repair, order and other" it is "other" where no sample has that. Nothing where the outputs
    are longer than labels are, all alike, or not all in one list.
    """
    given = {_even(each): each for each in outputs}
    if len(given) < 2 or not all(len(each) <= LENGTH and len(each.split()) <= WORDS for each in outputs):
        return ()
    for text in texts:
        for parts in _lists(text):
            if (named := _named(parts, given)) and len(named) <= MOST:
                return tuple(named)
    return ()


def _named(parts: Sequence[str], given: Mapping[str, str]) -> list[str]:
    """Return what stands among and beside the given labels in a list; nothing where one of them is missing."""
    known = [_even(part) if _even(part) in given else _at_an_end(part, given) for part in parts]
    if set(filter(None, known)) != set(given):
        return []
    longest = max(len(each.split()) for each in given)
    fits = [
        bool(k) or (_even(p) not in _MORE and 0 < len(p.split()) <= longest) for p, k in zip(parts, known, strict=True)
    ]
    places = [at for at, each in enumerate(known) if each]
    first, last = places[0], places[-1]
    if not all(fits[first:last]):
        return []
    while first and fits[first - 1]:
        first -= 1
    while last + 1 < len(parts) and fits[last + 1]:
        last += 1
    beside = [parts[at].strip(_MARKS) for at in range(first, last + 1) if not known[at]]
    return list({_even(each): each for each in beside}.values())


def _at_an_end(part: str, given: Mapping[str, str]) -> str:
    """Return the label that a longer part begins or ends with, as in "our queues are billing"; else nothing."""
    words = _even(part).split()
    most = min(len(words) - 1, max(len(each.split()) for each in given))
    ends = (" ".join(words[-many:]) for many in range(most, 0, -1))
    begins = (" ".join(words[:many]) for many in range(most, 0, -1))
    return next((each for each in (*ends, *begins) if each.strip(_MARKS) in given), "").strip(_MARKS)


def _lists(text: str) -> Iterator[list[str]]:
    yield _ITEM.findall(text)
    for segment in _ENDS.split(text):
        yield _PARTS.split(segment)


def _even(text: str) -> str:
    return " ".join(text.strip(_MARKS).casefold().split())
