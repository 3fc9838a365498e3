"""The answer without a model: passages that answer what was asked, the likely cause, and steps that fit the case."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.answer.asks import is_the_case
from bot.answer.figures import carried, numbers_in, values_in
from bot.answer.items import SENTENCE, Item
from bot.answer.material import Material
from bot.answer.steps import Offered, chosen
from bot.consultation.advice import UNCLEAR
from bot.consultation.answer import Answer, Footnote

MOST_ANSWERS = 2
LONGEST_QUESTION = 12
"""Words up to which what comes first is a question and no post that tells a case."""
UNHEARD = "My rules and their sources say nothing about that question."
_NAME = re.compile(r"\w(?:[\w:./-]*\w)?")
"""The name of a model, whole."""
LEANS = {
    "worth a try": "a tuning pilot may be worth a try",
    "not yet": "it is too early to tune",
    "something else": "something other than tuning fits better",
}


class _Notes:
    """Footnotes in the order in which they are used."""

    def __init__(self, material: Material) -> None:
        self.items = {item.id: item for item in material.items}
        self.used: list[str] = []

    def mark(self, *ids: str) -> str:
        """Return the marks of the sources that were offered."""
        known = [id for id in dict.fromkeys(ids) if id in self.items]
        self.used += [id for id in known if id not in self.used]
        return "".join(f" [{self.used.index(id) + 1}]" for id in known)

    def kept(self) -> tuple[Footnote, ...]:
        return tuple(
            Footnote(number=n, source=id, title=self.items[id].title, rests_on=self.items[id].rests_on)
            for n, id in enumerate(self.used, 1)
        )


def assembled(material: Material, before: Answer | None = None) -> Answer:
    """Return the advice that needs no model."""
    notes = _Notes(material)
    answers = _answers(material, notes) or _unheard(material, before)
    steps = chosen(material.steps)
    paragraphs = [
        *answers,
        *_cause(material, notes, answered=bool(answers)),
        f"{material.costs}{_priced(material, notes)}" if material.costs else "",
    ]
    listed = [f"{n}. {_step(step, notes)}" for n, step in enumerate(steps, 1)]
    text = "\n\n".join(filter(None, [*paragraphs, "\n".join(listed)]))
    return _kept(text, steps, notes, material, before)


def in_between(material: Material, before: Answer) -> Answer:
    """Return what is new since an answer: where it leans now and why, and one step that was not said yet."""
    notes = _Notes(material)
    answers = _answers(material, notes) or _unheard(material, before)
    same = before.clause == material.clause
    lean = [_still(material)] if same else _cause(material, notes, answered=bool(answers))
    lean = [said for said in lean if said not in before.text]
    fresh = [step for step in chosen(material.steps) if step.id not in before.steps]
    # What a model advised has no names: only where the case leads elsewhere is a step surely new.
    steps = fresh[:1] if before.by is None or not same else []
    said = [f"What helps meanwhile: {_lower(_step(step, notes))}" for step in steps]
    text = "\n\n".join(filter(None, [*answers, *lean, *said]))
    return _kept(text, steps, notes, material, before)


def _still(material: Material) -> str:
    if material.leaning == UNCLEAR:
        return "What should get better is still open, so it is too early to say."
    return f"Still, {LEANS[material.stance]}: {_lower(material.headline)}."


def _kept(text: str, steps: Sequence[Offered], notes: _Notes, material: Material, before: Answer | None) -> Answer:
    said = (*(before.steps if before else ()), *(step.id for step in steps))
    return Answer(
        text=text,
        sources=notes.kept(),
        trial=any(step.trial for step in steps),
        steps=tuple(dict.fromkeys(said)),
        asks=material.asks,
        clause=material.clause,
        rules=material.rules,
        passages=material.ids,
    )


def _answers(material: Material, notes: _Notes) -> list[str]:
    """Answer each question from the passage that speaks of it, two sentences each."""
    said: list[str] = []
    used: set[str] = set()
    for ask, refs in material.answering:
        if is_the_case(ask):
            continue
        ref = next((ref for ref in refs if ref in notes.items and ref not in used), None)
        if ref is not None and len(said) < MOST_ANSWERS:
            used.add(ref)
            said.append(f"{first_sentences(notes.items[ref], 2)}{notes.mark(ref)}")
    return said


def _unheard(material: Material, before: Answer | None) -> list[str]:
    """Admit once that nothing answers a question; a first post that tells a case is answered in any event."""
    if material.cause.spoken_of:
        return []
    admitted = before.asks if before else ()
    asks = [a for a, refs in material.answering if not refs and a not in admitted and not is_the_case(a)]
    plain = any(before is not None or len(ask.split()) <= LONGEST_QUESTION for ask in asks)
    return [UNHEARD] if plain else []


def _cause(material: Material, notes: _Notes, *, answered: bool) -> list[str]:
    """Say where it leans and why; nothing where nothing is known of the case."""
    said = material.cause
    # What an answer was just taken from is not said twice in other words.
    why = [f"{said.text}{notes.mark(said.cite)}"] if said.text and said.cite not in notes.used else []
    if material.verdict is not None:
        return why
    if material.leaning == UNCLEAR:
        if said.spoken_of or answered:
            return why if said.spoken_of else []
        known = "What should get better is not clear yet" if material.told else "Nothing is known of your case yet"
        return [" ".join([f"{known}, so it is too early to say.", *why])]
    more = " What is asked below can still change that." if material.question else ""
    lean = f"On what you say so far, {LEANS[material.stance]}: {_lower(material.headline)}."
    return [f"{lean}{more}", *why]


def _priced(material: Material, notes: _Notes) -> str:
    """Return the marks of the prices that were used."""
    # The name of one model may be the beginning of another's.
    named = set(_NAME.findall(material.costs))
    used = [i.id for i in material.items if i.id.startswith("price:") and i.id.split("/")[-1] in named]
    return notes.mark(*used[:2])


def _step(step: Offered, notes: _Notes) -> str:
    """Say a step; it is footnoted where its passage carries every number in it, else it is general practice."""
    texts = tuple(notes.items[id].text for id in step.cites[:1] if id in notes.items)
    rests = _rests(step.text, texts)
    return f"{step.text.rstrip('.')} ({step.takes}).{notes.mark(*step.cites[:1]) if rests else ''}"


@lru_cache(maxsize=512)  # there are so many steps, and few have a case's own numbers in them
def _rests(said: str, texts: tuple[str, ...]) -> bool:
    numbers = numbers_in(said)
    values = values_in(texts) if numbers else ()
    return all(carried(number, values) for number in numbers)


def first_sentences(item: Item, most: int) -> str:
    """Return the first sentences of the first paragraph of a passage that is prose, those on its origin left out."""
    paragraph = next((p for p in item.text.split("\n\n") if p and not p.lstrip().startswith("|")), item.text)
    first, *others = SENTENCE.split(" ".join(paragraph.split()))
    return " ".join(_whole([first, *(said for said in others if not item.tells_origin(said))], most))


def _whole(sentences: Sequence[str], most: int) -> Sequence[str]:
    kept = list(sentences[:most])
    # A sentence that announces a list or a table says nothing without it.
    while len(kept) > 1 and kept[-1].rstrip().endswith(":"):
        kept.pop()
    return kept


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
