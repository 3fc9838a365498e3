"""Facts by the phrasings of their options: every clause is compared, and the nearest option is what it says."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.consultation.base import Value
from bot.reading.by_patterns import taken_in
from bot.reading.result import Found
from bot.reading.table.row import is_of_tests
from bot.reading.table.setting import at_hand
from knowledge.load import Knowledge
from knowledge.matcher import Near, words
from knowledge.phrasing_index import NEGATIONS, Meaning, denies, matcher, matter, statements
from knowledge.schema import Fact

MOST_SPANS = 60
"""Clauses of a message that are compared."""
MOST_OFFERED = 3
_SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\w))+[?]?")
_CUT = re.compile(
    r", |: | - |[()]|\b(?:but|because|since|cuz|though|tho|which|while)\b|\band\b(?= \w+ \w)| & |\bor\b(?= \w)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"[\s,:;()-]*(?:(?:and|but|because|since|or|so|though|which|while)\b\s*)?", re.IGNORECASE)
_DENIES = re.compile(
    r"\W*(?:(?:its|it's|it is|that's|thats|and|so|well|no|nah|really|definitely|the problem is|it isn'?t|it's)\W+)*"
    r"(?:not(?! (?:really|yet|sure|good|enough|great|able|usable|one|a single|any|to leave|allowed|know|consistent"
    r"|usable))"
    r"|no(?:t)? (?=json\b|prose\b)|isn'?t|rather than|instead of)\b",
    re.IGNORECASE,
)
_LACKS = re.compile(r"\W*+(?:(?:with|but|and)\s+)?(?:no|without|zero) (?!idea|clue|one\b|matter)", re.IGNORECASE)
_EFFORT = re.compile(r"\b(?:fine-?\s?tun\w+|training|label(?:l?ing|s)|annotat\w+|gpus?)\b", re.IGNORECASE)
_BASED = re.compile(r"\b(?:based on|using|on top of|fine-?\s?tun\w+)\b", re.IGNORECASE)
EITHER = re.compile(r"\beither\b.{1,40}\bor\b", re.IGNORECASE)
UNLIKE = 0.72
"""What is left of a score where one of clause and phrasing denies and the other does not."""
MORE = 1.4
"""How much nearer than an only one a further member of a set must stand."""
LEAST = 0.3
"""What stands farther from a clause than this is no rival of what stands near."""
SURE = 0.2
"""How much nearer a clause must stand to a fact that is never asked, and so decides where it is read."""
WHOLE = 0.9
"""What is left of the score of a clause that is a part of the message; the whole says more."""


class Span(NamedTuple):
    """A clause of a message, by position."""

    start: int
    end: int


class Ranked(NamedTuple):
    """An option of a fact, how near the message stands to it, and the clause that does."""

    value: Value
    score: float
    span: Span


def spans(even: str) -> list[Span]:
    """Return the message, its sentences and their clauses, each once, the longest first of those that begin alike."""
    found = [_sides(even, 0, len(even))]
    for sentence in _SENTENCE.finditer(even):
        found.append(_sides(even, *sentence.span()))
        borders = [sentence.start(), *(cut.start() for cut in _CUT.finditer(even, *sentence.span())), sentence.end()]
        if len(borders) > 2:
            found += [_sides(even, left, right) for left, right in pairwise(borders)]
        if len(found) > MOST_SPANS:
            break
    return list(dict.fromkeys(span for span in found[:MOST_SPANS] if span.end > span.start))


def _sides(even: str, start: int, end: int) -> Span:
    """Return where the words of a stretch begin and end, without a joining word before them."""
    if joint := _JOINT.match(even, start, end):
        start = joint.end()
    while end > start and not (even[end - 1].isalnum() or ord(even[end - 1]) > 0x2000):
        end -= 1
    return Span(start, end)


def ranked(even: str, names: Collection[str], knowledge: Knowledge) -> dict[str, list[Ranked]]:
    """Return for each of these facts its options by how near the message stands to them, the nearest first."""
    best: dict[Meaning, Ranked] = {}
    for span, hits in _compared(even, knowledge):
        said = even[span.start : span.end]
        denied = _DENIES.match(said) is not None
        for near in hits:
            meaning = near.label
            if meaning.value is None or meaning.name not in names or (meaning.name == "platform" and at_hand(said)):
                continue
            if (
                (denied or _LACKS.match(said))
                and knowledge.facts[meaning.name].type != "bool"
                and not _negated(near.phrasing)
            ):
                continue
            if meaning not in best or near.score > best[meaning].score:
                best[meaning] = Ranked(meaning.value, near.score, span)
    found: dict[str, list[Ranked]] = {}
    for meaning, option in sorted(best.items(), key=lambda item: -item[1].score):
        found.setdefault(meaning.name, []).append(option)
    return found


def _compared(even: str, knowledge: Knowledge) -> Iterator[tuple[Span, list[Near[Meaning]]]]:
    index = matcher(knowledge)
    every = spans(even)
    for span in every:
        said = even[span.start : span.end]
        spoken = words(said)
        if not any(word.isalpha() for word in spoken) or (not matter(said) and NEGATIONS.isdisjoint(spoken)):
            continue  # "since May" has but a small word in common with what may be done
        part = 1.0 if span == every[0] else WHOLE
        denies = _negated(said)
        hits = [
            near._replace(score=near.score * part * (1.0 if _negated(near.phrasing) == denies else UNLIKE))
            for near in index.near(said)
        ]
        yield span, sorted(hits, key=lambda near: -near.score)


@lru_cache(maxsize=4096)
def _negated(text: str) -> bool:
    return denies(text)


def answered(
    text: str, even: str, asked: Sequence[str], knowledge: Knowledge
) -> tuple[list[Found], dict[str, tuple[Value, ...]]]:
    """Return what the message answers of the open question, and where it is only close, the options that are."""
    bars = knowledge.thresholds
    options = ranked(even, [name for name in asked if knowledge.facts[name].type != "count"], knowledge)
    found: list[Found] = []
    close: dict[str, tuple[Value, ...]] = {}
    for name, best in options.items():
        fact, first = knowledge.facts[name], best[0]
        if fact.type == "set":
            taken = _members(fact, best, bars.clear)
            if taken:
                start, end = min(r.span.start for r in taken), max(r.span.end for r in taken)
                members = {r.value for r in taken}
                value = tuple(v for v in fact.values if v in members)
                found.append(Found(fact=name, value=value, quote=text[start:end], closed=True))
                continue
        else:
            wider = _widest(name, best, bars.clear)
            if wider is not first:
                found.append(Found(fact=name, value=wider.value, quote=text[slice(*wider.span)], closed=True))
                continue
            lead = first.score - (best[1].score if len(best) > 1 else 0.0)
            if first.score >= bars.clear and lead >= bars.lead * first.score and not _wavers(best, bars.clear, even):
                found.append(Found(fact=name, value=first.value, quote=text[slice(*first.span)], closed=True))
                continue
        near = tuple(r.value for r in best[:MOST_OFFERED] if r.score >= bars.close)
        if near:
            close[name] = near
    # "Several" alone may be models or prompts.
    shared = [
        hit for hit in found if len(hit.quote.split()) <= 2 and any(o.quote == hit.quote for o in found if o is not hit)
    ]
    close |= {hit.fact: tuple(r.value for r in options[hit.fact][:MOST_OFFERED]) for hit in shared}
    return [hit for hit in found if hit not in shared], close


def _widest(name: str, best: Sequence[Ranked], clear: float) -> Ranked:
    """Return the first option, or one that takes it in and is said in another clause."""
    first = best[0]
    for other in best[1:]:
        if other.score >= clear and first.value in taken_in(name, other.value) and _apart(first.span, other.span):
            return other
    return first


def _apart(one: Span, other: Span) -> bool:
    return other.end <= one.start or one.end <= other.start


def _wavers(best: Sequence[Ranked], clear: float, even: str) -> bool:
    """Tell whether clauses apart from each other name two options: "either azure or bedrock" is none of them."""
    first = best[0]
    share = 0.5 if EITHER.search(even) else 0.8
    return any(other.score >= max(clear, share * first.score) and _apart(first.span, other.span) for other in best[1:])


def _members(fact: Fact, best: Sequence[Ranked], clear: float) -> list[Ranked]:
    """Return the options of a set that are said: the nearest, and others that are near in their own clauses."""
    taken: list[Ranked] = []
    for option in best:
        if option.score < clear:
            break
        apart = all(option.span.end <= t.span.start or t.span.end <= option.span.start for t in taken)
        if not taken or (apart and option.score >= MORE * clear):
            taken.append(option)
    if len(taken) > 1 and any(option.value in (*fact.alone, *fact.yields) for option in taken):
        taken = (
            [o for o in taken if o.value not in (*fact.alone, *fact.yields)]
            if taken[0].value not in fact.alone
            else taken[:1]
        )
    return taken


def _told(name: str, knowledge: Knowledge) -> bool:
    """Tell whether a label is a fact that is told and never asked."""
    fact = knowledge.facts.get(name)
    return fact is not None and fact.unsaid is not None


def volunteered(
    text: str,
    even: str,
    pieces: Sequence[Span],
    about: Callable[[Span], Collection[str]],
    bar: float,
    knowledge: Knowledge,
    *,
    tuned: bool,
) -> list[Found]:
    """Return facts that clauses state which nobody asked for, each clause of the facts that it is `about`.

    A clause counts for the one thing that stands most fully within it. `tuned` is whether a finetune is spoken of.
    """

    def least(meant: Meaning) -> float:
        # Who tells of a finetune tells in the next words how it fares.
        expected = meant.name == "tuned_fails" and tuned
        return bar + SURE if _told(meant.name, knowledge) and not expected else LEAST

    best: dict[Meaning, Ranked] = {}
    for span in pieces:
        said = even[span.start : span.end]
        if len(matter(said)) < 2 or _DENIES.match(said):
            continue
        index = statements(knowledge, denied=_negated(said))
        near = index.within(said, bar, least)
        # How a clause is meant takes longer to tell than that hardly any states a thing.
        if not near or near[0].label.name not in about(span):
            continue
        first, fact = near[0], knowledge.facts[near[0].label.name]
        rival = next((other.score for other in near[1:] if other.label.name == first.label.name), 0.0)
        if (
            first.score - rival < knowledge.thresholds.lead * first.score
            or (first.label.value in (*fact.alone, *fact.yields, "none") and len(words(said)) < 5)
            # What training costs is no running cost, and a finetune that falls short says nothing of untuned models.
            or (first.label.name == "quality_ok" and _EFFORT.search(said))
            or (first.label.name == "examples_from" and is_of_tests(said))
            or (first.label.name == "platform" and at_hand(said))
            # What a finetune was trained on is its material; what the answers depend on is not told by it.
            or (first.label.name == "knowledge" and _EFFORT.search(said))
            # A model "of our own" that is made from another is a finetune.
            or (first.label == Meaning("need", "own_model") and _BASED.search(said))
            # How a model fails is how a finetune fails only where one exists.
            or (first.label.name == "tuned_fails" and not tuned)
            or (first.label == Meaning("need", "cost") and _EFFORT.search(even[max(0, span.start - 60) : span.end]))
        ):
            continue
        if first.label not in best or first.score > best[first.label].score:
            assert first.label.value is not None  # noqa: S101 - an intent was left out above
            best[first.label] = Ranked(first.label.value, first.score, span)
    found: list[Found] = []
    for name in dict.fromkeys(meaning.name for meaning in best):
        fact = knowledge.facts[name]
        options = sorted((o for m, o in best.items() if m.name == name), key=lambda o: -o.score)
        if fact.type == "set":
            kept = [o for o in options if o.value not in (*fact.alone, *fact.yields)] or options[:1]
            members = {o.value for o in kept}
            start, end = kept[0].span
            found.append(Found(fact=name, value=tuple(v for v in fact.values if v in members), quote=text[start:end]))
        elif len(options) == 1:
            found.append(Found(fact=name, value=options[0].value, quote=text[slice(*options[0].span)]))
    return found
