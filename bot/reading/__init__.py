"""A message into facts, each with the words that support it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from bot.model.client import Model
from bot.model.errors import ModelError
from bot.reading import answers, by_model
from bot.reading.by_model import may_read
from bot.reading.by_patterns import LONGEST, taken_in
from bot.reading.carried import carried
from bot.reading.intents import ENDS
from bot.reading.phrased import MOST_OFFERED, ranked
from bot.reading.result import Found, Question, Reading, told_once
from bot.reading.sentences import plain as plain_text
from bot.reading.understanding import NOTHING, understand
from bot.text.apart import Apart, in_place
from knowledge.load import Knowledge
from knowledge.lookup import look_up
from knowledge.schema import Fact, Value

__all__ = [
    "Found",
    "Question",
    "Reading",
    "likeliest",
    "may_read",
    "merged",
    "prepare",
    "read",
    "read_lines",
    "understand",
    "wants_model",
]


def prepare(knowledge: Knowledge) -> None:
    """Make what the first message would wait for: indexes and patterns."""
    understand("We have 40 labelled pairs, and gpt-4o keeps missing our tone.", (), knowledge)
    look_up(knowledge, "how many examples do we need?")


def likeliest(text: str, asked: Sequence[str], knowledge: Knowledge) -> tuple[str, tuple[Value, ...]] | None:
    """Return the fact of the open question that a message is nearest to and its options, however far; None without."""
    chosen = [name for name in asked if name in knowledge.facts and knowledge.facts[name].type != "count"]
    near = ranked(plain_text(text)[:LONGEST], chosen, knowledge)
    options = {name: tuple(option.value for option in best[:MOST_OFFERED]) for name, best in near.items() if best}
    if not options:
        return None
    name = max(options, key=lambda fact: near[fact][0].score)
    return name, options[name]


async def read(
    text: str,
    *,
    asked: Sequence[str],
    knowledge: Knowledge,
    model: Model | None,
    before: Mapping[str, Value] = NOTHING,
    overheard: bool = False,
    addressed: bool = False,
    today: date | None = None,
    limit: float = by_model.LIMIT,
    apart: Apart = in_place,
    whose: str = "",
) -> Reading:
    """Read one message: by phrasings and patterns, and with a model in one call whose claims are checked.

    `asked` are the facts of the open question, in order; `before` is what is known of the case; a message that is
    `addressed` to the advisor stays so whoever else it names; `today` is the day on which the message is read; the
    model has `limit` seconds. A fault of it is in `error`, beside what was read without. What a long text takes is done
    `apart`, on behalf of `whose` it is; TooMuch where that is more than it may be.
    """
    held = {**before}
    alone = await apart(
        whose, understand, text, asked, knowledge, before=held, overheard=overheard, addressed=addressed
    )
    if alone.question:
        alone = alone.model_copy(update={"asks": (Question(words=alone.question),)})
    # Talk between people needs no model.
    if model is None or overheard or not wants_model(text, alone):
        return alone
    facts = knowledge.facts
    words = _GAP.sub("\n\n", alone.beside) or text
    try:
        claimed = await by_model.claims(
            words,
            facts=facts,
            asked=asked,
            questions=knowledge.asks,
            model=model,
            ages=knowledge.models,
            today=today,
            limit=limit,
        )
    except ModelError as error:
        return alone.model_copy(update={"error": error})
    claimed = carried(claimed, alone.found, knowledge)
    return merged(alone, claimed, facts=facts, asked=asked, cut=len(words) > by_model.LONGEST)


def read_lines(texts: Sequence[str], knowledge: Knowledge) -> list[tuple[Found, ...]]:
    """Return what each line of talk between people states, read by itself, so that two who disagree are two."""
    return [understand(text, (), knowledge, overheard=True).found for text in texts]


_GAP = re.compile(r"\n{3,}")
"""Where the lines of samples stood."""


def wants_model(text: str, plain: Reading) -> bool:
    """Tell whether a model may find more; what is answered by choice, and what is pasted to be tried, needs none."""
    if plain.samples or plain.samples_fault:
        return bool(plain.beside)
    done = not plain_text(text).strip() or plain.left_alone or plain.remark or plain.skip
    return not done and not answers.is_answer(text, plain.found, plain.unsure)


def merged(
    plain: Reading, claimed: by_model.Claims, *, facts: Mapping[str, Fact], asked: Sequence[str], cut: bool = False
) -> Reading:
    """Join what was read without the model and with it; where the two disagree, or the words are in doubt, it is asked.

    What only the model knows is held; a withdrawn fact goes.
    """
    given_up = {*claimed.corrects} - {*plain.corrects}
    first = {hit.fact: hit for hit in plain.found if hit.fact not in given_up}
    found: dict[str, Found] = dict(first)
    near = {name: values for name, values in plain.candidates.items() if name not in claimed.corrects}
    for hit in claimed.found:
        other = first.get(hit.fact)
        if other is not None and hit.fact in plain.corrects:
            continue  # what is left of a set that lost a member is known from what was held
        if other is None or agree(facts[hit.fact], other.value, hit.value):
            found[hit.fact] = hit if hit.fact not in claimed.corrects else hit.model_copy(update={"closed": True})
            near.pop(hit.fact, None)
        else:
            del found[hit.fact]
            near[hit.fact] = _options(hit.value, other.value)
    for hit in claimed.doubtful:
        if facts[hit.fact].type == "count" and hit.fact in first:
            continue  # a number in doubt unsays none that is plainly stated
        if hit.fact not in found or found[hit.fact].value != hit.value:
            other = found.pop(hit.fact, None)
            near[hit.fact] = _options(hit.value, *([other.value] if other else []))
    found = told_once(found)
    held = tuple(found[name] for name in facts if name in found)
    unsure = tuple(name for name in asked if name in (*plain.unsure, *claimed.unsure) and name not in found)
    asks = claimed.asks or plain.asks
    told = bool(held or unsure or asks)
    intent = claimed.intent if claimed.intent and not told and plain.intent in _OPEN else plain.intent
    if told and plain.intent in ("other", "smalltalk"):
        intent = "answer" if held else "unsure" if unsure else "question"
    about = [ask.words for ask in asks if ask.kind not in ("whether", "meaning")]
    if not told and intent in _OPEN and any(ask.kind == "meaning" for ask in claimed.asks):
        intent = "counter"
    return plain.model_copy(
        update={
            "found": held,
            "unsure": unsure,
            "candidates": near,
            "question": about[0] if about else None if claimed.asks else plain.question,
            "asks": asks,
            "intent": intent,
            "confirm": plain.confirm or (intent != plain.intent and intent in ENDS),
            "remark": "thanks" if intent == "smalltalk" else None,
            "skip": plain.skip or (intent == "skip" and intent != plain.intent),
            "left_alone": not claimed.addressed and not told and not near,
            "corrects": tuple(dict.fromkeys((*plain.corrects, *claimed.corrects))),
            "situation": claimed.situation,
            "language": claimed.language,
            "by_model": True,
            "dropped": claimed.dropped,
            "cut": plain.cut or cut,
        }
    )


_OPEN = ("answer", "other", "question", "smalltalk")
"""Intents that stand for no more than that nothing else was understood."""


def agree(fact: Fact, one: Value, other: Value) -> bool:
    """Tell whether two readings of a fact can both be right: equal, or one takes the other in."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return bool({*one} & {*other})
    if fact.type == "choice":
        return one == other or any(
            one in taken_in(fact.name, x) and other in taken_in(fact.name, x) for x in (one, other)
        )
    return one == other


def _options(*values: Value) -> tuple[Value, ...]:
    """Return values as options to choose among, each member of a set by itself."""
    each = (member for value in values for member in (value if isinstance(value, tuple) else (value,)))
    return tuple(dict.fromkeys(each))[:MOST_OFFERED]
