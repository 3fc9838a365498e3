"""Which next steps fit a case, with its own values in them. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from knowledge.load import Knowledge
from knowledge.schema import Value
from knowledge.steps import PLACEHOLDER, NextStep

MOST = 4
TELLING, SHORT = 7, 200


@dataclass(frozen=True)
class Offered:
    """A step in words, for this case."""

    id: str
    text: str
    takes: str
    today: bool
    cites: tuple[str, ...]
    trial: bool
    place: int
    """Where it stands among all: what comes later builds on what comes before."""
    instead_of: str | None = None


def offered(
    knowledge: Knowledge,
    facts: Mapping[str, Value],
    values: Mapping[str, str],
    *,
    verdict: str,
    clause: str,
    asks: Sequence[str],
    talk: str,
    found: Sequence[str],
) -> tuple[Offered, ...]:
    """Return the steps that suit the case and are not done, the best first.

    `talk` is all that was said; `found` are passages that answer what was asked, and a step that rests on one of them
    counts for more.
    """
    rated: list[tuple[int, Offered]] = []
    asked, told = [(ask, len(ask) <= SHORT, ask.lower()) for ask in asks], talk.lower()
    said = "\n".join((told, *(lower for *_, lower in asked)))
    known = _known(knowledge)
    suiting = {*known.leads.get(clause, ()), *known.leads.get(verdict, ())}
    speaking = {place for beginning, places in known.beginnings.items() if beginning in said for place in places}
    for place in sorted(suiting | speaking):
        each = knowledge.steps[place]
        suits, speaks, step = place in suiting, place in speaking, each.step
        answers = about = False
        if speaks:
            # In a long text single short words come up by chance.
            telling = _telling(step.asked)
            answers = any(_speak_of(step.asked if short else telling, ask, lower) for ask, short, lower in asked)
            about = _speak_of(telling, talk, told)
        if not (suits or answers or about) or not each.fits(facts) or _speak_of(step.unless, talk, told):
            continue
        text = filled(step, values)
        if text is None:
            continue
        score = 12 * answers + 4 * about + 6 * (clause in step.clauses) + 2 * (verdict in step.verdicts)
        score += 2 * bool(set(step.cites) & set(found)) + (text != step.do) + 2 * (each.when is not None)
        trial = step.experiment == "trial"
        said = Offered(step.id, text, step.takes, step.today, step.cites, trial, place, step.instead_of)
        rated.append((score + 3 * trial, said))
    rated.sort(key=lambda pair: -pair[0])
    return tuple(step for _, step in rated)


def chosen(steps: Sequence[Offered], most: int = 3) -> tuple[Offered, ...]:
    """Return two to four of them, one that can be done today first, at most one trial."""
    kept: list[Offered] = []
    for step in steps:
        same = any(step.instead_of == k.id or k.instead_of == step.id for k in kept)
        if len(kept) < most and not same and not (step.trial and any(k.trial for k in kept)):
            kept.append(step)
    if kept and not any(k.today for k in kept) and (first := next((s for s in steps if s.today), None)):
        kept = [first, *kept[: most - 1]]
    return tuple(sorted(kept, key=lambda step: (not step.today, 0 if step.today else step.place)))


def filled(step: NextStep, values: Mapping[str, str]) -> str | None:
    """Return the words of a step with their values; None where one is missing and nothing can be said without it."""
    return with_values(step.do, values) or step.plain


def with_values(text: str, values: Mapping[str, str]) -> str | None:
    """Return a text with its placeholders filled; None where a value is missing."""
    if all(name in values for name in PLACEHOLDER.findall(text)):
        return PLACEHOLDER.sub(lambda m: values[m.group(1)], text)
    return None


def speak_of(beginnings: tuple[str, ...], text: str) -> bool:
    """Tell whether a text has a word, or words, that begin so."""
    return _speak_of(beginnings, text, text.lower())


def _speak_of(beginnings: tuple[str, ...], text: str, lower: str) -> bool:
    # Hardly a text has any of them, which is seen sooner than where words begin.
    return any([each in lower for each in _lowered(beginnings)]) and _begins(beginnings).search(text) is not None  # noqa: C419


@lru_cache(maxsize=1024)
def _telling(beginnings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(words for words in beginnings if len(words) >= TELLING)


@lru_cache(maxsize=1024)
def _lowered(beginnings: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each.lower() for each in beginnings)


class _Known(NamedTuple):
    """The places of steps by the clauses and verdicts that they are for, and by the words that they answer to."""

    leads: Mapping[str, Sequence[int]]
    beginnings: Mapping[str, Sequence[int]]
    """By beginnings of words in small letters."""


@lru_cache(maxsize=4)
def _known(knowledge: Knowledge) -> _Known:
    leads: defaultdict[str, list[int]] = defaultdict(list)
    beginnings: defaultdict[str, list[int]] = defaultdict(list)
    for place, each in enumerate(knowledge.steps):
        for lead in (*each.step.clauses, *each.step.verdicts):
            leads[lead].append(place)
        for beginning in _lowered(each.step.asked):
            beginnings[beginning].append(place)
    return _Known(leads, beginnings)


@lru_cache(maxsize=1024)
def _begins(beginnings: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:{'|'.join(map(re.escape, beginnings))})")
