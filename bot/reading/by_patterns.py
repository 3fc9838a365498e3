"""The reader without a model: plain statements anywhere in a message, and answers to the open question.

Phrasings read answers; posts that tell a case in their own order need the rows. Over 93 labelled posts the reader has
a precision of 0.871 with a recall of 0.523, without the rows 0.769 with 0.182 (28 November 2026). Rows for needs,
outputs, what was tried and where it runs carry most of it; what is never asked has no labels to weigh its rows by.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from bot.consultation.base import Value
from bot.consultation.model import Samples
from bot.reading import sentences
from bot.reading.result import Found
from bot.reading.sentences import Clause
from bot.reading.table.goals import NEED, OUTPUT
from bot.reading.table.history import EXAMPLES, FARES, FEEDBACK, MEASURED, NAMED, RAN, REPLIES, TRIED
from bot.reading.table.row import Row, base_model
from bot.reading.table.setting import SETTING
from bot.reading.table.shape import SHAPE
from bot.reading.table.telling import TELLING
from bot.reading.table.tuned import FAILS, PRESENT, SCORED, of_a_finetune, was_tuned
from bot.text.literals import Prefilter, small
from knowledge.models import age_of, names
from knowledge.phrasing_index import denies
from knowledge.schema import Fact, ModelAge
from knowledge.values import value_fits

TABLE: tuple[Row, ...] = (
    *NEED,
    *OUTPUT,
    *EXAMPLES,
    *FEEDBACK,
    *MEASURED,
    *TRIED,
    *SETTING,
    *FAILS,
    *SCORED,
    *PRESENT,
    *SHAPE,
)

COVERS: dict[str, dict[Value, set[Value]]] = {
    "output": {"record": {"fields"}},
    "knowledge": {"must_cite": {"changing", "stable"}, "changing": {"stable"}},
    "models_tried": {"several": {"old", "current"}},
    "data_limits": {"must_stay_inside": {"personal"}},
    "language": {"rare": {"other"}},
}
"""Where a message carries two values of a choice, the one that takes in the others is read. Elsewhere none is."""


def taken_in(name: str, value: Value) -> set[Value]:
    """Return a value of a choice with those that it takes in."""
    return {value, *COVERS.get(name, {}).get(value, ())}


LONGEST = 12_000
"""Characters of a message that are read; the rest is said to be unread."""
LONGEST_QUOTE = 300
BEFORE = 120
"""Characters before a model's name in which it is said that it was run."""


class Hit(NamedTuple):
    """A value and the words that carry it, by position."""

    value: Value
    start: int
    end: int


def settled(
    text: str,
    even: str,
    facts: Mapping[str, Fact],
    ages: ModelAge | None = None,
    *,
    asked: Collection[str] = (),
    telling: bool = False,
    tuned: bool = False,
) -> dict[str, Found | None]:
    """Return what a message, evened out, states of each fact that it speaks of; None where it states two things.

    `ages` tells old base models from current ones; without it a model's name says nothing. What was `asked` is
    understood from fewer words, and so is what is `telling` a case to the advisor. `tuned` is whether a finetune was
    spoken of before, as it may be in the message itself: what fails is then the finetune.
    """
    even = even[:LONGEST]
    lower, pieces = small(even), sentences.clauses(even)
    hits: dict[str, list[Hit]] = {}
    tuned = tuned or was_tuned(even)
    for row in _rows_for(lower, asked, telling=telling):
        if row.fact not in facts or (of_a_finetune(row) and not tuned):
            continue
        for match in row.search.finditer(even, lower):
            start, end = match.span("q" if "q" in row.pattern.groupindex else 0)
            start, end = _trimmed(even, start, end)
            if not _meant(even, pieces, start, end, row):
                continue
            value = row.value(match) if callable(row.value) else row.value
            if value is not None:
                hits.setdefault(row.fact, []).append(Hit(value, start, end))
    if ages is not None and "models_tried" in facts:
        hits.setdefault("models_tried", []).extend(
            hit
            for named in ((RAN, NAMED) if "models_tried" in asked else (RAN,))
            for hit in _models(even, pieces, ages, named)
        )
    one = {n: _settle(facts[n], sorted(hits[n], key=lambda hit: hit.start)) for n in facts if n in hits}
    return {n: Found(fact=n, value=h.value, quote=text[h.start : h.end]) if h else None for n, h in one.items()}


def _rows_for(lower: str, asked: Collection[str], *, telling: bool) -> Iterator[Row]:
    """Return the rows that may match a text, given in small letters."""
    rows, index = _searched()
    for at in index.may_match(lower):
        row = rows[at]
        if at < len(TABLE) or (telling if at < len(TABLE) + len(TELLING) else row.fact in asked):
            yield row


@cache
def _searched() -> tuple[tuple[Row, ...], Prefilter]:
    """Return all rows with what tells which of them a text cannot match; made by the first message, as patterns are."""
    rows = (*TABLE, *TELLING, *REPLIES)
    return rows, Prefilter(row.pattern for row in rows)


def settle(text: str, facts: Mapping[str, Fact], hits: Mapping[str, list[Hit]]) -> list[Found]:
    """Return for each fact what all its hits together say, with the words of the text; nothing where they disagree."""
    one = {n: _settle(facts[n], sorted(hits[n], key=lambda hit: hit.start)) for n in facts if n in hits}
    return [Found(fact=n, value=h.value, quote=text[h.start : h.end]) for n, h in one.items() if h]


def samples(text: str) -> tuple[Samples | None, str | None, tuple[int, int]]:
    """Return what a message gives to be tried, what is wrong with it, and where it stands: no fact is read there."""
    from bot.samples.parse import SampleError, from_message

    given = from_message(text)
    if given is None:
        return None, None, (0, 0)
    fault, read = (str(given), None) if isinstance(given, SampleError) else (None, given)
    spans: list[tuple[int, int]] = []
    if read and read.prompt and (start := text.find(read.prompt)) >= 0:
        spans.append((start, start + len(read.prompt)))
    at = 0
    for pair in read.pairs if read else ():
        # A label stands among the words before the samples as well: each end is sought behind the one before.
        for part in (pair.input, pair.output):
            if (start := text.find(part, at)) >= 0:
                at = start + len(part)
                spans.append((start, at))
    kept = read if read and (read.pairs or read.prompt) else None
    return kept, fault, (min((s for s, _ in spans), default=0), max((e for _, e in spans), default=len(text)))


def union(fact: Fact, values: list[Value]) -> Value:
    """Join the members of a set in the order of the vocabulary; a member that stands for nothing else gives way."""
    members = {member for value in values if isinstance(value, tuple) for member in value}
    if len(members) > 1:
        members -= set(fact.alone)
    return tuple(name for name in fact.values if name in members)


def _meant(even: str, pieces: Sequence[Clause], start: int, end: int, row: Row) -> bool:
    covering = [piece for piece in pieces if piece.start < end and start < piece.end]
    if not covering:
        return False
    if max(piece.mood for piece in covering) > row.upto:
        return False
    return not sentences.negated(even, covering[0], start)


def _models(even: str, pieces: Sequence[Clause], ages: ModelAge, row: Row) -> Iterator[Hit]:
    """Find the base models that were run, by the words before the first of a list or behind a name, and their age."""
    last = -1
    for name in names(even, ages):
        before = row.pattern.search(even, max(0, name.start - BEFORE), name.start)
        fares = row is RAN and FARES.pattern.match(even[name.end : name.end + BEFORE])
        sentence = even[max(even.rfind(mark, 0, name.start) for mark in ".!?\n") + 1 : name.start]
        age = age_of(name.name, ages)
        start = before.start() if before else name.start
        alone = row is RAN and _ENDS.search(even, 0, name.start) and _BEGINS.match(even, name.end)
        ran = (before and last < start) or fares or alone
        if age and ran and not _TUNES.search(sentence) and _meant(even, pieces, start, name.end, row):
            yield Hit(age, name.start, name.end)
        last = name.start


def named_models(text: str, even: str, ages: ModelAge) -> Found | None:
    """Read the base models that an answer names: several, or the age of the only one; nothing where one is denied."""
    named = [*re.finditer(base_model(), even, re.IGNORECASE)]
    if not named or denies(even):
        return None
    age = "several" if len({match.group().lower() for match in named}) > 1 else age_of(named[0].group(), ages)
    quote = text[named[0].start() : named[-1].end()]
    return Found(fact="models_tried", value=age, quote=quote, closed=True) if age else None


_ENDS, _BEGINS = re.compile(r"(?:\A|[,;.\n])\s{0,4}\Z"), re.compile(r"\s{0,4}(?:[,;\n]|\.\s|\.?\Z)")
"""What stands around a model that is named and no more: what they use, said in a list."""
_TUNES = re.compile(
    r"\b(?:fine-?\s?tun\w*|tun(?:e|ed|ing)|train\w*|generated|written|labell?ed|created|made|distill\w*"
    r"|replac\w*|instead of"
    r"|better than|like|than|switch\w*|move|migrat\w*)\b[^,;:]*\Z",
    re.IGNORECASE,
)
"""Says of the model named next that it is tuned, made the data, or is thought of: none of these is a run of it."""


def _settle(fact: Fact, hits: list[Hit]) -> Hit | None:
    hits = [hit for hit in hits if value_fits(fact, hit.value) is not None]
    if not hits:
        return None
    if fact.type == "set":
        near = [hit for hit in hits if hit.end - hits[0].start <= LONGEST_QUOTE]
        return Hit(union(fact, [hit.value for hit in hits]), hits[0].start, max(hit.end for hit in near or hits[:1]))
    values = {hit.value for hit in hits}
    if len(values) == 1:
        return hits[0]
    for value, others in COVERS.get(fact.name, {}).items():
        if value in values and values <= {value, *others}:
            return next(hit for hit in hits if hit.value == value)
    return None


def _trimmed(even: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not even[start].isalnum():
        start += 1
    while end > start and not (even[end - 1].isalnum() or even[end - 1] in "%})"):
        end -= 1
    return start, end
