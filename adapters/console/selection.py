"""Which of several outputs a person means: "all but 2", "the first two", "not 2, the rest is fine". Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)
_GOOD = "good|fine|ok|okay|great|perfect|right|correct|pass|passes|passed|yes|y|works?|would do|will do"
_BAD = "bad|wrong|poor|fail|fails|failed|no|n|useless|rubbish"
_FILLER = (
    "the|ones?|of|them|they|these|those|that|it|its|it's|is|are|was|were|look|looks|all right|number|numbers|nr|output|"
    "outputs|i|i'd|id|would|will|do|send|keep|take|like|really|please|very|quite|both of"
)
_TOKEN = re.compile(
    rf"""
      (?P<many>(?P<end>first|last)\s+(?P<count>\d{{1,4}}|{"|".join(_COUNTS[1:])}))(?![\w-])
    | (?P<range>\#?(?P<low>\d{{1,4}})\s*(?:-|\.\.+|to|through)\s*\#?(?P<high>\d{{1,4}}))(?!\w)
    | (?P<number>\#?(?P<digits>\d{{1,4}})(?:st|nd|rd|th)?)(?!\w)
    | (?P<ordinal>{"|".join(_ORDINALS)}|last)(?![\w-])
    | (?P<rest>everything\s+else|all\s+(?:the\s+)?(?:rest|others?)|rest|others?|remaining)(?!\w)
    | (?P<none>none|nothing|neither)(?!\w)
    | (?P<all>all(?!\s+right)|everything|every|each|both)(?!\w)
    | (?P<but>but|except(?:\s+for)?|excluding|besides|without|apart\s+from|other\s+than)(?!\w)
    | (?P<only>only|just)(?!\w)
    | (?P<not>not)(?!\w)
    | (?P<good>{_GOOD})(?!\w)
    | (?P<bad>{_BAD})(?!\w)
    | (?P<stop>[,;:&+\n]|[.!](?=\s|$)|and(?!\w))
    | (?P<filler>(?:{_FILLER})(?!\w))
    """,
    re.VERBOSE,
)
_LONGEST = 400


class _Token(NamedTuple):
    kind: str
    items: frozenset[int] = frozenset()


class _Unclear(Exception):
    """The words can be read in no way, or in two."""


def read(text: str, count: int) -> frozenset[int] | None:
    """Return the places of the outputs that pass, from 0 on; None where the words do not say it of all of them.

    The question is which are good, so a bare list of numbers fails the others. Whoever names bad ones has to say
    what holds of the rest.
    """
    words = (
        re.sub(r"[\u2010-\u2015\u2212]", "-", text.lower()).replace("’", "'").replace("n't", " not").strip(" \t\r\n.!")
    )
    if not words or len(words) > _LONGEST or re.search(r"\d\s+(?:out\s+)?of\s+\d", words):  # "3 of 5": which three?
        return None
    letters = re.sub(r"[\s,]", "", words)
    if count > 1 and len(letters) == count and re.fullmatch(r"[yn]+", letters):
        return frozenset(place for place, letter in enumerate(letters) if letter == "y")
    # "all 5" of five says no more than "all".
    words = re.sub(rf"\b(all|none)(\s+of)?(\s+the)?\s+(?:{count}|{_COUNTS[min(count, 12) - 1]})(?!\w)", r"\1", words)
    try:
        tokens = _tokens(words, count)
        if count == 1 and len(tokens) == 1 and tokens[0].kind in ("good", "bad"):
            return frozenset({0} if tokens[0].kind == "good" else ())
        return _Reader(tokens, count).read()
    except _Unclear:
        return None


def _tokens(words: str, count: int) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(words):
        if words[at] in " \t":
            at += 1
            continue
        match = _TOKEN.match(words, at)
        if match is None:
            raise _Unclear
        at = match.end()
        if match[0] in ("both", "neither") and count != 2:
            raise _Unclear
        if match["filler"] is None:
            tokens.append(_token(match, count))
    # "second last" is neither the second nor the last.
    if any("ordinal" in (a.kind, b.kind) and a.items and b.items for a, b in pairwise(tokens)):
        raise _Unclear
    return tokens


def _token(match: re.Match[str], count: int) -> _Token:
    if match["many"]:
        many = int(match["count"]) if match["count"].isdigit() else _COUNTS.index(match["count"]) + 1
        numbers = range(1, many + 1) if match["end"] == "first" else range(count - many + 1, count + 1)
        return _items("many", numbers, count)
    if match["range"]:
        return _items("number", range(int(match["low"]), int(match["high"]) + 1), count)
    if match["number"]:
        return _items("number", (int(match["digits"]),), count)
    if match["ordinal"]:
        number = count if match["ordinal"] == "last" else _ORDINALS.index(match["ordinal"]) + 1
        return _items("ordinal", (number,), count)
    return _Token(next(name for name in _KINDS if match[name]))


_KINDS = ("rest", "none", "all", "but", "only", "not", "good", "bad", "stop")


def _items(kind: str, numbers: Sequence[int], count: int) -> _Token:
    if not numbers or min(numbers) < 1 or max(numbers) > count:
        raise _Unclear
    return _Token(kind, frozenset(number - 1 for number in numbers))


class _Reader:
    """Reads clauses one after the other: what is meant, and whether it is good."""

    def __init__(self, tokens: Sequence[_Token], count: int) -> None:
        self.tokens, self.count, self.at = tokens, count, 0
        self.named: dict[int, bool] = {}
        self.others: bool | None = None
        """What holds of the outputs that are not named."""
        self.rest = self.blames = False

    def read(self) -> frozenset[int]:
        said = False
        while self._skip():
            self._clause()
            said = True
        if not said or (self.rest and not self.named):
            raise _Unclear
        if self.others is None:
            if self.blames and len(self.named) < self.count:
                raise _Unclear
            self.others = False
        return frozenset(place for place in range(self.count) if self.named.get(place, self.others))

    def _clause(self) -> None:
        only = self._take("only")
        negated = self._take("not")
        only = only and not negated  # "just not 2"
        lead = self._lead()
        kind = self._kind()
        if kind in ("all", "none", "rest"):
            self.at += 1
            if only or (negated and kind != "rest"):
                raise _Unclear
            self._whole(kind, negated, lead)
            return
        items = self._run()
        trailing = self._trailing()
        if sum(said is not None for said in (lead, trailing)) + negated > 1:
            raise _Unclear
        good = not negated if lead is None and trailing is None else bool(trailing if lead is None else lead)
        out = self._excepted()
        if out is not None:
            excepted, told = out
            if (told is None and not excepted <= items) or told is good:
                raise _Unclear
            items -= excepted
            self._name(excepted, not good)
        self._name(items, good)
        self.blames |= not good
        if only:
            self._rest_is(not good)

    def _whole(self, kind: str, negated: bool, lead: bool | None) -> None:
        before = self.at
        trailing = self._trailing()
        if kind != "rest" and trailing is False and self.tokens[before].kind == "not":
            raise _Unclear  # "all are not good": none is, or not every one
        if (lead is not None or negated) and trailing is not None:
            raise _Unclear
        said = trailing if lead is None else lead
        good = not negated if said is None else said
        good = not good if kind == "none" else good
        out = self._excepted()
        if out is not None:
            excepted, told = out
            # "all but 2 are bad" may blame 2 or the others.
            aside = said is None and told is True
            if kind == "rest" or (told is good and not aside) or (said is None and told is False):
                raise _Unclear
            self._name(excepted, not good)
        self.rest |= kind == "rest"
        self._rest_is(good)

    def _excepted(self) -> tuple[frozenset[int], bool | None] | None:
        """Read "but not 2", "except 1 and 3", "but 2 is bad"; nothing where "but" only joins two clauses."""
        place = self.at
        while self._kind() == "stop":
            self.at += 1
        if not self._take("but"):
            self.at = place
            return None
        negated = self._take("not")
        if self._kind() == "rest":
            self.at -= negated
            return None
        items = self._run()
        trailing = self._trailing()
        if negated and trailing is not None:
            raise _Unclear
        return items, False if negated else trailing

    def _run(self) -> frozenset[int]:
        """Read items with nothing but stops between them."""
        items = frozenset[int]()
        while True:
            place = self.at
            while items and self._kind() == "stop":
                self.at += 1
            if self.at >= len(self.tokens) or not (more := self.tokens[self.at].items):
                self.at = place
                break
            items |= more
            self.at += 1
        if not items:
            raise _Unclear
        return items

    def _lead(self) -> bool | None:
        """Read "good: 1, 3"."""
        if self._kind() not in ("good", "bad"):
            return None
        good = self._kind() == "good"
        self.at += 1
        self._skip()
        return good

    def _trailing(self) -> bool | None:
        """Read "are fine", "is not good", "not"."""
        negated = self._take("not")
        kind = self._kind()
        if kind not in ("good", "bad"):
            return False if negated else None
        if negated and kind == "bad":
            raise _Unclear
        self.at += 1
        return kind == "good" and not negated

    def _name(self, items: frozenset[int], good: bool) -> None:
        for place in items:
            if self.named.setdefault(place, good) is not good:
                raise _Unclear

    def _rest_is(self, good: bool) -> None:
        if self.others not in (None, good):
            raise _Unclear
        self.others = good

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else ""

    def _take(self, kind: str) -> bool:
        taken = self._kind() == kind
        self.at += taken
        return taken

    def _skip(self) -> bool:
        while self._kind() == "stop" or (self._kind() == "but" and self.at and self.tokens[self.at - 1].kind != "stop"):
            self.at += 1
        return self.at < len(self.tokens)
