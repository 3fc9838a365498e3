"""Rows that repeat each other: equal, nearly equal, or with another answer to the same question.

Of each row a few hashes are kept and no text, so that a file of any size fits; what may be nearly equal is read once
more to be compared.
"""

import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.dataset.texts import Said

LARGEST = 40
"""Rows that begin or end alike and are still compared with each other; more of them are made from a template."""
MOST_COMPARED = 20_000
TEMPLATED = 0.05
"""The share of rows with near doubles above which they are made from templates, where a word more or less is meant."""
HELD = 500_000
"""Hashes that are sorted at a time; an array holds them in a fifth of the memory."""
_LIGHT = frozenset({
    "a", "an", "the", "please", "hi", "hello", "hey", "thanks", "thank", "you", "very", "really", "just", "so",
    "also", "and", "oh", "ok", "okay", "well", "dear", "kindly", "now", "then", "bitte", "hallo", "danke", "auch",
    "mal", "doch", "sehr", "bonjour", "merci", "svp", "hola", "gracias", "por", "favor", "ciao", "grazie",
})  # fmt: skip
_WORDS = re.compile(r"\w+(?:['’]\w+)?")


@dataclass
class Hashes:
    """The hashes of all rows; of each kind one a row, in the same order."""

    number: "array[int]" = field(default_factory=lambda: array("I"))
    whole: "array[int]" = field(default_factory=lambda: array("q"))
    asked: "array[int]" = field(default_factory=lambda: array("q"))
    answered: "array[int]" = field(default_factory=lambda: array("q"))
    first: "array[int]" = field(default_factory=lambda: array("q"))
    last: "array[int]" = field(default_factory=lambda: array("q"))

    def add(
        self, number: int, turns: Sequence[Said], more: object, spoken: Sequence[Sequence[str]], *, near: bool
    ) -> None:
        """Keep what tells a row from others; `spoken` are the words of each turn in small letters."""
        self.number.append(number)
        self.whole.append(hash((tuple(turns), more)))
        place = _place(turns)
        said = spoken[place] if place >= 0 else ()
        asked = [spoken[n] for n in range(place) if turns[n][0] != "system"]
        words = asked[0] if len(asked) == 1 else [word for each in asked for word in each]
        # Without a question there is nothing to contradict.
        self.asked.append(hash(" ".join(words)) if words and said else 0)
        self.answered.append(hash(" ".join(said)))
        if near:
            every = [*words, *said]
            part = _part(every)
            self.first.append(hash(tuple(every[:part])))
            self.last.append(hash(tuple(every[-part:])))

    def extend(self, later: "Hashes") -> None:
        """Add those of the rows that follow."""
        for mine, other in (
            (self.number, later.number),
            (self.whole, later.whole),
            (self.asked, later.asked),
            (self.answered, later.answered),
            (self.first, later.first),
            (self.last, later.last),
        ):
            mine.extend(other)


def equal(hashes: Hashes) -> Iterator[tuple[int, int]]:
    """Yield each row that says the same as an earlier one, and the first that does."""
    for rows in _groups(hashes.whole):
        for row in rows[1:]:
            yield hashes.number[row], hashes.number[rows[0]]


def contradicted(hashes: Hashes) -> Iterator[tuple[int, int]]:
    """Yield each row that answers the question of an earlier one in another way, and that one."""
    for rows in _groups(hashes.asked):
        if not hashes.asked[rows[0]]:
            continue
        for row in rows[1:]:
            if hashes.answered[row] != hashes.answered[rows[0]]:
                yield hashes.number[row], hashes.number[rows[0]]


def alike(hashes: Hashes) -> set[int]:
    """Return the numbers of rows that begin or end like another, and are not equal."""
    found: set[int] = set()
    for kept in (hashes.first, hashes.last):
        for rows in _groups(kept):
            if len(rows) <= LARGEST and len({hashes.whole[row] for row in rows}) > 1:
                found.update(hashes.number[row] for row in rows)
            if len(found) > MOST_COMPARED:
                return found
    return found


def near(texts: Mapping[int, Sequence[Said]], rows: int) -> Iterator[tuple[int, int]]:
    """Yield each of these rows that differs from an earlier one by signs, small words or a slip, and that one."""
    words = {number: _WORDS.findall(" ".join(text for _, text in turns).lower()) for number, turns in texts.items()}
    buckets: dict[object, list[int]] = {}
    sure: list[tuple[int, int]] = []
    loose: list[tuple[int, int]] = []
    for number in sorted(words):
        mine = words[number]
        part = _part(mine)
        keys = ("first", *mine[:part]), ("last", *mine[-part:])
        tried: set[int] = set()
        for key in keys:
            held = buckets.setdefault(key, [])
            for other in held[:LARGEST]:
                if other in tried or texts[other] == texts[number]:
                    continue
                tried.add(other)
                kind = _kind(words[other], mine)
                if kind:
                    (sure if kind == 1 else loose).append((number, other))
                    break
            else:
                held.append(number)
                continue
            break
    yield from sure
    told = {number for number, _ in sure}
    # A word that differs in many rows is what a template puts in.
    if len(loose) <= max(3, TEMPLATED * rows):
        yield from ((number, other) for number, other in loose if number not in told)


def _part(words: Sequence[str]) -> int:
    """Return how many words of each end are compared: a power of two, so that a word more seldom changes it."""
    return 1 << max(0, (len(words) // 3).bit_length() - 1)


def _kind(one: Sequence[str], other: Sequence[str]) -> int:
    """Return 1 for the same but for small words and slips, 2 for another word among many, 0 for another text."""
    from rapidfuzz.distance import Levenshtein

    if abs(len(one) - len(other)) > 4 or min(len(one), len(other)) < 3:
        return 0
    slips = content = 0
    for op in Levenshtein.opcodes(list(one), list(other)):
        if op.tag == "equal":
            continue
        before, after = one[op.src_start : op.src_end], other[op.dest_start : op.dest_end]
        if len(before) == len(after) == 1 and _slip(before[0], after[0]):
            slips += 1
        elif any(any(sign.isdigit() for sign in word) for word in (*before, *after)):
            return 0
        elif {*before, *after} <= _LIGHT:
            slips += 1
        else:
            content += max(len(before), len(after))
    longest = max(len(one), len(other))
    if content == 0:
        return 1 if slips <= max(2, longest // 8) else 0
    return 2 if content == 1 and slips <= 1 and longest >= 12 else 0


def _slip(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    if min(len(one), len(other)) < 4 or one[0] != other[0] or any(sign.isdigit() for sign in one + other):
        return False
    return OSA.distance(one, other) == 1 and one + "s" != other and other + "s" != one


def _place(turns: Sequence[Said]) -> int:
    for place in range(len(turns) - 1, -1, -1):
        if turns[place][0] == "assistant":
            return place
    return -1


def _groups(values: "array[int]") -> Iterator[list[int]]:
    """Yield the places that hold the same value, where there are several, in their order."""
    several: set[int] = set()
    shares = 1 + len(values) // HELD
    for share in range(shares):
        some = sorted(value for value in values if value % shares == share) if shares > 1 else sorted(values)
        several.update(value for value, following in pairwise(some) if value == following)
    groups: dict[int, list[int]] = {}
    for place, value in enumerate(values):
        if value in several:
            groups.setdefault(value, []).append(place)
    yield from groups.values()
