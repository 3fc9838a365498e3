"""Answers to questions: values that were chosen, and questions that are skipped."""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.chat import wording
from bot.chat.events import Answered, Event
from bot.chat.reply import Text
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.model import Claim, Consultation, How
from bot.consultation.trial_state import Phase
from bot.consultation.view import view
from bot.text import markdown
from bot.turn.claims import claim_of
from bot.turn.context import TurnContext
from bot.turn.step import Step
from knowledge.load import Knowledge
from knowledge.values import value_fits

NO_NOTES: Mapping[str, str] = MappingProxyType({})


def answered_by(consultation: Consultation, event: Event, answered: Answered, context: TurnContext) -> Step:
    """Take a press or a form; of a question that others have answered meanwhile nothing counts, and it is said so."""
    told = {
        fact: given
        for fact in answered.facts
        if event.spends and not answered.corrects and (given := _given_by_others(consultation, event, fact))
    }
    facts = {fact: value for fact, value in answered.facts.items() if fact not in told}
    step = Step(consultation)
    if facts or not told:
        step = answers(consultation, event, facts, context, notes=answered.notes, unseen=answered.unseen)
    for fact, given in told.items():
        value = answered.facts[fact]
        same = value is not None and value_fits(context.knowledge.facts[fact], value) == given.value
        step = step.whisper(event.author, _closed(consultation, fact, given, context.knowledge, same=same))
    return step


def _given_by_others(consultation: Consultation, event: Event, fact: str) -> Claim | None:
    """Return the answer of somebody else that closed a question; None while it is open, and for who has a say in it."""
    asked, claims = consultation.asked, consultation.claims.get(fact, ())
    if (asked is not None and fact in asked.facts) or any(each.by == event.author for each in claims):
        return None
    told = [each for each in claims if each.value is not None and each.closed and each.how is not How.measured]
    return told[-1] if told else None


def _closed(consultation: Consultation, fact: str, given: Claim, knowledge: Knowledge, *, same: bool) -> Text:
    name, label = consultation.names.get(given.by, "somebody"), wording.label(knowledge, fact)
    held = wording.value(knowledge, fact, given.value) if given.value is not None else wording.UNKNOWN
    told = f"{markdown.escaped(name)} has answered that already: {label}: {held}."
    more = "" if same else f" Your press changes nothing: mention me with `fix {label} …` if you hold otherwise."
    return Text(markdown=told + more, voice="notice")


def answers(
    consultation: Consultation,
    event: Event,
    facts: Mapping[str, Value | None],
    context: TurnContext,
    *,
    notes: Mapping[str, str] = NO_NOTES,
    unseen: bool = False,
) -> Step:
    """Take the choices of a menu, or the fields of a form; `notes` say how numbers were reckoned.

    Where no message shows what was answered, it is repeated back.
    """
    step = Step(consultation, advances=True)
    for fact, value in facts.items():
        step = step.then(answer(step.consultation, event, fact, value, context))
        if fact in notes and value is not None and fact in context.knowledge.facts:
            step = step.say(reckoned(context.knowledge, fact, value, notes[fact]))
    return replace(step, learned=tuple(facts)) if unseen else step


def reckoned(knowledge: Knowledge, fact: str, value: Value, note: str) -> Text:
    """Say which number was taken, and how it was reckoned."""
    told = (
        f"{wording.label(knowledge, fact)}: I take {wording.value(knowledge, fact, value)}, {markdown.escaped(note)}."
    )
    return Text(markdown=told, voice="notice")


def answer(consultation: Consultation, event: Event, fact: str, value: Value | None, context: TurnContext) -> Step:
    """Take an answer to a fact, which may be any one that can be asked."""
    knowledge = context.knowledge
    step = Step(consultation, advances=True)
    spec = knowledge.facts.get(fact)
    if spec is None or spec.known_by != "asked":
        return step.say(Text(markdown=f"{markdown.escaped(fact)} is no fact that can be answered.", voice="error"))
    if spec.type == "count" and isinstance(value, str) and re.fullmatch(r"[0-9]{1,16}", value):
        value = int(value)  # a number that was offered as a choice
    fits = None if value is None else value_fits(spec, value)
    if value is not None and fits is None:
        wanted = {
            "bool": "yes or no",
            "count": "a whole number, 0 or more",
            "choice": f"one of {', '.join(spec.values)}",
            "set": f"a list of {', '.join(spec.values)}" + (f" ({spec.alone[0]} stands alone)" if spec.alone else ""),
        }.get(spec.type, "a number from 0 to 1")
        shown = markdown.escaped(str(value))
        told = f"{wording.label(knowledge, fact)} cannot be {shown}: it takes {wanted}."
        return step.say(Text(markdown=told, voice="error"))
    consultation = claim(consultation, knowledge, fact, claim_of(event, fits, How.chosen))
    step = Step(consultation, advances=True)
    counts = view(consultation, knowledge, context.derive).known.get(fact)
    if counts is not None and counts.how is How.measured and fits is not None and counts.value != fits:
        held = wording.value(knowledge, fact, counts.value)
        told = f"A trial measured {wording.label(knowledge, fact)}: {held}. That stands over an answer."
        return step.say(Text(markdown=told, voice="notice"))
    return step


def skip(consultation: Consultation, event: Event, knowledge: Knowledge) -> Step:
    """Leave out the samples where they are offered, else the open question."""
    if consultation.trial.phase in (Phase.offered, Phase.requested):
        consultation = consultation.but(trial=consultation.trial.after("decline"))
    elif consultation.asked:
        for fact in consultation.asked.facts:
            consultation = claim(consultation, knowledge, fact, claim_of(event, None, How.chosen))
    return Step(consultation, advances=True)
