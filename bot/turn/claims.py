"""The line of the transcript and the claims that an event leaves in a consultation."""

from collections.abc import Iterable, Sequence

from bot.chat.events import Event
from bot.consultation.base import Value
from bot.consultation.claims import claim
from bot.consultation.model import Claim, Consultation, How, Line
from bot.reading.result import Found
from bot.turn.step import Step
from knowledge.load import Knowledge


def line_of(event: Event, text: str) -> Line:
    """Return an event's line of the transcript."""
    return Line(by=event.author, text=text, at=event.at, message=event.message)


def spoken(event: Event, line: Line) -> Event:
    """Return an event as if it had brought this line of the transcript."""
    return event.model_copy(update={"author": line.by, "at": line.at, "message": line.message or event.message})


def line_with(lines: Iterable[Line], quote: str) -> Line | None:
    """Return the line whose words a quote is, which tells whose they are; one that runs over two is nobody's."""
    return next((line for line in lines if quote in line.text), None)


def claim_of(event: Event, value: Value | None, how: How, quote: str | None = None, *, closed: bool = True) -> Claim:
    """Return what an event's author claims."""
    return Claim(value=value, how=how, by=event.author, at=event.at, quote=quote, message=event.message, closed=closed)


def claimed(
    consultation: Consultation,
    event: Event,
    found: Sequence[Found],
    asked: Sequence[str],
    knowledge: Knowledge,
    *,
    settles: bool = True,
) -> Step:
    """Return the step that a message's facts are; an answer to an open dispute settles it."""
    before = consultation.claims
    disputed = settles and consultation.asked is not None and consultation.asked.conflict
    for one in found:
        # One of those who disagree only corrects their own side, unless asked which holds they say it once more.
        own = [c.value for c in consultation.claims.get(one.fact, ()) if c.by == event.author]
        answers = disputed and one.fact in asked and (not own or one.value in own)
        closed = one.closed or not isinstance(one.value, tuple)
        held = claim_of(event, one.value, How.chosen if answers else How.stated, one.quote, closed=closed)
        consultation = claim(consultation, knowledge, one.fact, held)
    # What is older than what is held of the same person teaches nothing.
    learned = (one.fact for one in found if consultation.claims.get(one.fact) != before.get(one.fact))
    return Step(consultation, learned=tuple(learned))
