"""The line of the transcript and the claim that an event leaves in a consultation."""

from bot.chat.events import Event
from bot.consultation.base import Value
from bot.consultation.model import Claim, How, Line


def line_of(event: Event, text: str) -> Line:
    """Return an event's line of the transcript."""
    return Line(by=event.author, text=text, at=event.at, message=event.message)


def claim_of(event: Event, value: Value | None, how: How, quote: str | None = None, *, closed: bool = True) -> Claim:
    """Return what an event's author claims."""
    return Claim(value=value, how=how, by=event.author, at=event.at, quote=quote, message=event.message, closed=closed)
