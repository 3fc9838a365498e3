"""What a message states of itself, whatever was asked: patterns, quantities and phrasings put together. Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from bot.reading import by_patterns, phrased, sentences
from bot.reading.quantities import quantities
from bot.reading.replies import is_form
from bot.reading.result import Found
from bot.reading.sentences import Mood
from bot.reading.table.tuned import was_tuned
from knowledge.decision import follow
from knowledge.load import Knowledge


def stated_in(
    text: str,
    even: str,
    asked: Sequence[str],
    knowledge: Knowledge,
    *,
    bar: float,
    telling: bool = True,
    tuned: bool = False,
) -> list[Found]:
    """Return what a message states of itself, by patterns and by phrasings; where these disagree, neither.

    `tuned` is whether a finetune was spoken of before.
    """
    askable = {n: f for n, f in knowledge.facts.items() if f.known_by == "asked"}
    even = even[: by_patterns.LONGEST]
    settled = by_patterns.settled(text, even, askable, knowledge.models, asked=asked, telling=telling, tuned=tuned)
    by_pattern = {name: hit for name, hit in settled.items() if hit is not None}
    counted = quantities(text, even, askable)
    by_pattern |= {hit.fact: hit for hit in counted}
    names = frozenset(askable.keys() - {*asked})
    near: dict[str, Found] = {}
    tuned = tuned or was_tuned(even)
    if not is_form(even, knowledge):
        clear: list[phrased.Span] = []
        read: list[phrased.Span] = []
        for span in phrased.spans(even):
            # What a pattern read already is hardly something else as well.
            (read if _holds(text, span, by_pattern) else clear).append(span)
        about = partial(_may_state, even, names=names)
        for spans, least in ((read, bar + BESIDE), (clear, bar)):
            near |= {h.fact: h for h in phrased.volunteered(text, even, spans, about, least, knowledge, tuned=tuned)}
    if not _DATA.search(even) and "examples" not in by_pattern:
        by_pattern.pop("examples_from", None)
        near.pop("examples_from", None)
    # "We have 40 examples" counts pairs, and says nothing of prompts or scores.
    beside = ("prompts_tried", "baseline_known", "models_tried", "variety")
    by_likeness = {
        hit.fact: hit
        for hit in near.values()
        if hit.fact not in beside or not any(c.quote in hit.quote for c in counted)
    }
    found: dict[str, Found] = {}
    for name in {**by_pattern, **by_likeness}:
        pattern, like = by_pattern.get(name), by_likeness.get(name)
        if pattern is None and name in settled:
            continue  # two patterns disagree
        if pattern is None or like is None or pattern.value == like.value:
            found[name] = cast(Found, pattern or like)
        elif isinstance(pattern.value, tuple) and isinstance(like.value, tuple):
            members = {*pattern.value, *like.value}
            found[name] = pattern.model_copy(update={"value": tuple(v for v in askable[name].values if v in members)})
        else:
            for one, other in ((pattern, like), (like, pattern)):
                if other.value in by_patterns.taken_in(name, one.value):
                    found[name] = one
    for name, each in follow(knowledge, {fact: hit.value for fact, hit in found.items()}).items():
        if name not in found:
            finer = next(found[fact] for fact in each.condition.facts if fact in found)
            found[name] = finer.model_copy(update={"fact": name, "value": each.value})
    return [hit.model_copy(update={"closed": hit.fact in asked}) for hit in found.values()]


_DATA = re.compile(
    r"\b(?:examples?|pairs?|samples?|rows?|lines|data ?sets?|data|labels?|labell?ed|tagged|annotat\w+|segments"
    r"|(?:written|done|made) by|wrote|ones|training|train|histor(?:y|ical)|exported|logs?|edited|corrected)\b",
    re.IGNORECASE,
)
"""Without a word of data nothing tells where examples come from: "a GPT generated suggestion" is none."""
BESIDE = 0.05
"""How much nearer to a phrasing a clause must stand of which a pattern read another fact."""


def _holds(text: str, span: phrased.Span, by_pattern: Mapping[str, Found]) -> bool:
    return any(hit.quote in text[span.start : span.end] for hit in by_pattern.values())


_WISHED = frozenset({"need", "output", "knowledge", "variety", "data_limits"})
"""Facts that a wish states as well: what it is to do, and what must hold for it."""


def _may_state(even: str, span: phrased.Span, *, names: frozenset[str]) -> frozenset[str]:
    """Return which facts a clause can state by its mood: none where it is asked, supposed or somebody else's."""
    mood = max((clause.mood for clause in sentences.clauses(even[span.start : span.end])), default=Mood.said)
    # "Imagine you are Ben, who runs it on Azure" supposes that as well.
    around = (c.mood for c in sentences.clauses(even) if c.start < span.end and span.start < c.end)
    mood = max(mood, *(each for each in around if each == Mood.supposed), Mood.said)
    if mood == Mood.asked or mood > Mood.wished or "?" in even[span.end : span.end + 1]:
        return frozenset()
    return names & _WISHED if mood == Mood.wished else names
