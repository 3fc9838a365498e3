"""A dispute: each side is a button, and a press settles it."""

import hashlib
import json

from bot.chat import wording
from bot.chat.events import Event
from bot.chat.reply import Choices, Option, Text
from bot.consultation.advice import Ask
from bot.consultation.base import Value
from bot.consultation.model import Asked, Claim, Consultation
from bot.turn.answers import answer
from bot.turn.context import TurnContext
from bot.turn.step import Step
from knowledge.load import Knowledge

MOST_NAMES = 3


def sides(knowledge: Knowledge, ask: Ask, names: dict[str, str]) -> Choices | None:
    """Return the sides of a dispute as buttons; None where nobody disagrees."""
    if not ask.dispute:
        return None
    (fact,) = ask.facts
    people: dict[str, list[Claim]] = {}
    for each in ask.dispute:
        people.setdefault(_digest(each.value), []).append(each)
    options = tuple(
        Option(value=f"{fact}:{side}", label=f"{wording.value(knowledge, fact, held[0].value)} ({_who(held, names)})")
        for side, held in people.items()
        if held[0].value is not None
    )
    return Choices(action="side", options=options)


def take_side(consultation: Consultation, event: Event, side: str, context: TurnContext) -> Step:
    """Settle a dispute for one side."""
    fact, _, digest = side.partition(":")
    held = next((each for each in consultation.claims.get(fact, ()) if _digest(each.value) == digest), None)
    if held is None:
        told = Text(markdown="Nobody says that any more.", voice="notice")
        return Step(consultation).whisper(event.author, told)
    # Whichever question is open by now: who presses a side settles this one.
    disputed = consultation.but(asked=Asked(facts=(fact,), conflict=True))
    return answer(disputed, event, fact, held.value, context)


def _who(held: list[Claim], names: dict[str, str]) -> str:
    known = [names.get(each.by, "somebody") for each in held]
    more = len(known) - MOST_NAMES
    return ", ".join(known[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _digest(value: Value | None) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:8]
