"""A conversation reduced to its order: events are numbered, the case remembers them, a reply names what it answers."""

from collections import defaultdict
from collections.abc import Sequence

from bot.chat.events import Event, Said
from bot.chat.reply import Reply, Text
from bot.consultation.model import Consultation, Line
from bot.platform.port import Delivered, Delivery
from bot.service.conversation import Outcome
from tests.store.conftest import NOON


def event(conversation: str, number: int) -> Event:
    return Event(
        conversation=conversation,
        platform="test",
        channel=conversation,
        message=str(number),
        author="ana",
        at=NOON,
        body=Said(text=str(number)),
    )


async def answer(case: Consultation | None, events: Sequence[Event]) -> Outcome:
    """Remember every event and answer with their numbers, the same for the same case and events."""
    first = events[0]
    case = case or Consultation(id=first.conversation, started=NOON, updated=NOON, asker="ana")
    lines = tuple(Line(by=e.author, text=e.message, at=e.at) for e in events)
    words = ",".join(e.message for e in events)
    return Outcome(case.but(transcript=case.transcript + lines), [Reply(parts=(Text(markdown=words),))])


def said(what: object) -> str:
    assert isinstance(what, Reply)
    (part,) = what.parts
    assert isinstance(part, Text)
    return part.markdown


class Platform:
    """What people see. A doubtful entry is looked up by its key before it is shown again, as an adapter does.

    With `nonce`, the platform itself shows nothing twice that comes with the same key.
    """

    def __init__(self, *, nonce: bool = False) -> None:
        self.nonce = nonce
        self.heard: dict[str, list[str]] = defaultdict(list)
        self.keys: set[str] = set()

    def show(self, delivery: Delivery) -> Delivered:
        if delivery.key not in self.keys or not (delivery.in_doubt or self.nonce):
            self.keys.add(delivery.key)
            self.heard[delivery.conversation].append(said(delivery.what))
        return Delivered()

    def answered(self, conversation: str) -> list[str]:
        """Return the numbers of all answered events, in the order in which people saw the answers."""
        return [number for words in self.heard.get(conversation, []) for number in words.split(",")]


def remembered(case: Consultation | None) -> list[str]:
    return [line.text for line in case.transcript] if case else []
