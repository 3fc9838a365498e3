"""A model that fails or is slow: the consultation goes on without it, and reads later what it missed."""

import time
from datetime import timedelta

from bot import reading
from bot.chat.events import Event
from bot.chat.reply import Text
from bot.consultation.model import Consultation, Line
from bot.model.client import Model
from bot.model.errors import ModelError
from bot.reading.result import Found
from bot.turn.claims import claimed, line_with, spoken
from bot.turn.context import TurnContext
from bot.turn.step import Step

READING = 8.0
"""Seconds that a message may be read."""
ANSWERING = 15.0
"""Seconds that an answer may take, with its repair."""
TURN = 25.0
"""Seconds after which a turn says what there is."""
LEAST = 1.0
"""Seconds below which a model is not asked at all."""
LASTING = frozenset({"key", "model", "quota"})
"""Failures that do not pass by themselves."""
RESTS = timedelta(minutes=1)
RESTS_LONG = timedelta(minutes=10)
"""After this long a model is tried again: the server may be back, or somebody may have mended it."""
MOST_UNREAD = 20
"""Lines that are kept to be read later; what is older was said too long ago."""


def reading_time(context: TurnContext) -> float:
    """Return how many seconds are left for reading, so that an answer still has its own."""
    return max(0.0, min(READING, context.ends - ANSWERING - time.monotonic()))


def answering_time(context: TurnContext) -> float:
    """Return how many seconds are left for an answer."""
    return max(0.0, min(ANSWERING, context.ends - time.monotonic()))


def reader(consultation: Consultation, event: Event, context: TurnContext) -> Model | None:
    """Return the model that reads a message; None where there is none, it rests, or no time is left for it."""
    if not context.reads or event.outsider or reading_time(context) < LEAST:
        return None  # who is no member spends nothing of the workspace's
    rests = RESTS_LONG if consultation.reader == "patterns" else RESTS
    since = consultation.outage or (consultation.updated if consultation.reader == "patterns" else None)
    return None if since is not None and event.at - since < rests else context.model


def missed(consultation: Consultation, event: Event, context: TurnContext) -> Consultation:
    """Return the consultation with a message noted that the model should have read; none that is not to us."""
    if not context.reads or event.addressed != "us":
        return consultation
    unread = dict.fromkeys((*consultation.unread, event.message))
    return consultation.but(unread=tuple(unread)[-MOST_UNREAD:])


def failed(consultation: Consultation, event: Event, error: ModelError) -> Step:
    """Go on without the model, and tell whoever spoke so, once an outage."""
    if error.kind == "budget":  # whoever counts the calls says so; others here have calls of their own
        return Step(consultation)
    lasting = error.kind in LASTING
    known = consultation.outage is not None or consultation.reader == "patterns"
    step = Step(consultation.but(reader="patterns" if lasting else consultation.reader, outage=event.at))
    if known:
        return step
    if consultation.at_terminal:
        rest = "I go on without it, by choices and plain words."
        return step.say(Text(markdown=f"{error.sentence} {rest} (Reference {error.reference}.)", voice="error"))
    told = Text(markdown=f"{error.told} I go on without it. (Reference {error.reference}.)", voice="error")
    return step.say(told) if event.private else step.whisper(event.author, told)


def recovered(consultation: Consultation) -> Consultation:
    """Return the consultation after the model has answered again."""
    return consultation.but(reader="model", outage=None)


async def read_missed(consultation: Consultation, event: Event, context: TurnContext) -> Step:
    """Read what the model did not get to, each fact as said by whom and when it was said; later words stand."""
    lines = [line for line in consultation.transcript if line.message in consultation.unread]
    if not lines:
        return Step(consultation.but(unread=()))
    model = reader(consultation, event, context)
    if model is None:
        return Step(consultation)
    got = await reading.read(
        "\n\n".join(line.text for line in lines),
        asked=(),
        knowledge=context.knowledge,
        model=model,
        limit=reading_time(context),
        apart=context.apart,
        whose=event.author,
    )
    if got.error is not None:
        return failed(consultation, event, got.error)
    consultation = recovered(consultation).but(unread=())
    learned: list[str] = []
    for one in got.found if got.by_model else ():
        said = line_with(lines, one.quote)
        if said is not None and not _said_since(consultation, one, said):
            consultation = claimed(consultation, spoken(event, said), [one], (), context.knowledge).consultation
            learned.append(one.fact)
    return Step(consultation, learned=tuple(learned), advances=bool(learned))


def _said_since(consultation: Consultation, one: Found, line: Line) -> bool:
    """Tell whether its author has said something of a fact at that time or later."""
    return any(held.by == line.by and held.at >= line.at for held in consultation.claims.get(one.fact, ()))
