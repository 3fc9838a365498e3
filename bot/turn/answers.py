"""Answers to questions: values that were chosen, and questions that are skipped."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Text
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.model import Consultation, How
from bot.consultation.trial_state import Phase
from bot.consultation.view import view
from bot.text import markdown
from bot.turn.context import TurnContext
from bot.turn.record import claim_of
from bot.turn.step import Step
from knowledge.load import Knowledge
from knowledge.values import value_fits

NO_NOTES: Mapping[str, str] = MappingProxyType({})


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
    if spec.type == "count" and isinstance(value, str) and value.isascii() and value.isdecimal():
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
