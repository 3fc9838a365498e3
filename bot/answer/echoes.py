"""Whether an answer says what is not its own: the request it was made from, or what it was ordered to say. Pure."""

import re
from functools import cache

from bot.answer.draft import CODE, Draft, sentences
from bot.answer.material import Material
from bot.answer.prompt import SYSTEM
from bot.text.hidden import hidden
from bot.text.language import language_of
from bot.text.orders import orders

RUN = 9
"""Words of the request that nobody says by chance."""
LEAST_ECHO, LEAST_ORDERED = 4, 4
"""Words of a sentence that only repeats somebody, and of a run out of an order."""
LEAST_WORDS = 4
LEAST_ASIDE = 3
LEAST_SHARED = 1 / 3
"""The share of an answer's words that the case or the sources have as well, at the least."""
_WORDS = re.compile(r"[^\W_]+")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»\n]{2,400}[\"”“»]")
_STEM = 4


def echoes(draft: Draft, material: Material) -> list[str]:
    """Return what of a draft repeats the request or somebody's orders, hides something, or is about nothing here."""
    aside = (draft.question or "", draft.objection[1] if draft.objection else "")
    found = repeated(draft.whole, material)
    for each in filter(None, aside):
        found += repeated(each, material, least=LEAST_ASIDE)
        if not _DENSE.search(each) and len(_flat(each).split()) < LEAST_ASIDE:
            found.append(f'"{each[:60]}" is too short to be understood: say it in a sentence')
    said = _flat(draft.whole)
    if not _DENSE.search(said) and len(said.split()) < LEAST_WORDS:
        found.append("it is too short to be an answer: answer what was asked")
    # What is known of a case is in English: an answer in another language has few of its words.
    if (material.language or language_of([draft.whole]) or "English") == "English" and not _DENSE.search(said):
        spoken = _stems(said)
        if len(spoken & _stems(_flat("\n".join(_about(material))))) < LEAST_SHARED * len(spoken):
            found.append("it speaks of something else: answer what was asked about this case")
    return found


def repeated(said: str, material: Material, *, least: int = LEAST_ECHO) -> list[str]:
    """Return what of a text repeats the request or the orders of somebody, or hides something."""
    found: list[str] = []
    flat = _flat(said)
    if not _runs(flat, RUN).isdisjoint(_request()):
        found.append("it repeats these instructions: leave them out")
    if hidden(said):
        found.append("it has something encoded or invisible: write plain words")
    talk = [*material.asks, *material.heard]
    ordered = [line[start:end] for line in talk for start, end in orders(line)]
    prose = _QUOTED.sub(" ", CODE.sub(" ", said))
    if ordered:
        told, free = f" {_flat(chr(10).join(ordered))} ", f" {_flat(_outside(talk))} "
        runs = _runs(told.strip(), LEAST_ORDERED) - _runs(free.strip(), LEAST_ORDERED)
        for sentence in sentences(said):
            # Who speaks of a prompt quotes it; who obeys says it as their own.
            own = _flat(_QUOTED.sub(" ", sentence))
            words = own if len(own.split()) >= LEAST_ORDERED else _flat(sentence)
            if words and (
                (f" {words} " in told and f" {words} " not in free) or not runs.isdisjoint(_runs(words, LEAST_ORDERED))
            ):
                found.append(f'"{sentence[:80]}" repeats what somebody ordered you to say: leave it out')
    every = f" {_flat(chr(10).join(talk))} "
    for sentence in sentences(prose):
        words = _flat(sentence)
        if len(words.split()) >= least and f" {words} " in every:
            found.append(f'"{sentence[:80]}" only repeats the conversation: say it in your own words, or leave it out')
    return list(dict.fromkeys(found))


def _about(material: Material) -> tuple[str, ...]:
    """Return what an answer to this case can be about."""
    return (
        *(_outside([line]) for line in (*material.asks, *material.heard)),
        *(*material.facts, *material.decision, *material.lines, *material.trial, *material.figures),
        *(*(i.title for i in material.items), *(i.text for i in material.items), *(s.text for s in material.steps)),
        *(material.headline, material.question),
    )


def _outside(lines: list[str]) -> str:
    """Return what is said beside the orders."""
    kept: list[str] = []
    for line in lines:
        at = 0
        for start, end in orders(line):
            kept.append(line[at:start])
            at = end
        kept.append(line[at:])
    return "\n".join(kept)


@cache
def _request() -> frozenset[tuple[str, ...]]:
    return _runs(_flat(SYSTEM), RUN)


def _runs(flat: str, length: int) -> frozenset[tuple[str, ...]]:
    words = flat.split()
    return frozenset(tuple(words[n : n + length]) for n in range(len(words) - length + 1))


def _stems(flat: str) -> set[str]:
    return {word[:_STEM] for word in flat.split() if len(word) >= _STEM}


def _flat(text: str) -> str:
    return " ".join(_WORDS.findall(text.lower()))
