"""Attention: what is said to us, what people say to each other, and who is heard at all. The same on every platform."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.cc import without_copies
from bot.chat.events import (
    Addressed,
    Attached,
    Event,
    Failed,
    Measured,
    Pasted,
    Present,
    Progressed,
    Said,
)
from bot.consultation.model import Consultation
from bot.reading.intents import is_for_others
from bot.reading.overheard.unmistakable import unmistakable
from bot.reading.result import Found
from bot.reading.sentences import plain
from knowledge.load import Knowledge

OF_JOBS = (Measured, Progressed, Failed)
"""What no person says."""

_VERDICT = re.compile(r"\s*verdict(?:,? please)?[.!]?\s*", re.IGNORECASE)


class Attention(StrEnum):
    """What a message is to us."""

    us = "us"
    answer = "answer"
    """It may answer what we said last: to us where it is unmistakable, else between people."""
    people = "people"
    """Between people, of somebody who has spoken to us: only what is unmistakable counts, and nothing is said to it."""
    nothing = "nothing"
    """Between people, of somebody who never spoke to us, or where we listen no more."""


@dataclass(frozen=True)
class Scene:
    """All that attention depends on."""

    addressed: Addressed = "people"
    listens: bool = True
    private: bool = False
    asker: bool = False
    """The author is who asked."""
    company: bool = False
    """Somebody besides the asker and us has spoken here."""
    next: bool = False
    """Nothing was said since we last spoke."""
    answered: bool = False
    """The author is whom we answered last."""
    known: bool = False
    """The author has spoken to us here."""
    others: bool = False
    """It is said to somebody else by its form: it begins with a mention or a name."""


BEGINS = 500
"""Characters by which a message tells that it is for somebody else."""


def attention(scene: Scene) -> Attention:
    """Return what a message is to us. When in doubt it is between people."""
    if scene.addressed != "people":
        return Attention.us
    if not scene.listens:
        return Attention.nothing
    if scene.private or (scene.asker and not scene.company and not scene.others):
        return Attention.us
    if scene.next and (scene.asker or scene.answered):
        return Attention.answer
    return Attention.people if scene.known or scene.asker else Attention.nothing


def scene_of(consultation: Consultation, event: Event) -> Scene:
    """Return the scene that an event comes into."""
    room, author = consultation.room, event.author
    return Scene(
        addressed=event.addressed,
        listens=consultation.listening,
        private=event.private,
        asker=author == consultation.asker,
        company=room.company,
        next=room.ours,
        answered=author == room.answered,
        known=author in room.addressed,
        others=event.addressed == "people" and _to_others(consultation, event),
    )


def _to_others(consultation: Consultation, event: Event) -> bool:
    if not isinstance(event.body, Said):
        return False
    begins = event.body.text[:BEGINS]
    text, asked = without_copies(begins), consultation.asked.facts if consultation.asked else ()
    return is_for_others(plain(text), asked) if text.strip() else text != begins


def heard(consultation: Consultation, event: Event, knowledge: Knowledge) -> Event:
    """Return an event as it is for us: to us, or between people, without the files and with no words of strangers."""
    match attention(scene_of(consultation, event)):
        case Attention.us:
            return event if event.addressed == "known" else _to_us(event)
        case Attention.answer if _asks_us(consultation, event) or found_in(consultation, event, knowledge):
            return event.model_copy(update={"addressed": "us"})
        case Attention.nothing:
            return event.model_copy(update={"body": Present()})
        case _:
            body = event.body.model_copy(update={"files": ()}) if isinstance(event.body, Said) else event.body
            return event.model_copy(update={"body": Present() if isinstance(body, Attached | Pasted) else body})


def _asks_us(consultation: Consultation, event: Event) -> bool:
    """Tell whether the asker asks for our answer in a word that means nothing else.

    `why?`, `status?` and `skip` are said to colleagues just so, and what stops or deletes is never taken by a likeness.
    """
    body = event.body
    return (
        event.author == consultation.asker
        and isinstance(body, Said)
        and not (body.files or body.passed_on)
        and _VERDICT.fullmatch(body.text) is not None
    )


def _to_us(event: Event) -> Event:
    """Return an event as said to us alone: of whom else it is to reach nothing follows."""
    body = event.body
    if isinstance(body, Said) and not body.text.lstrip().startswith("/"):
        body = body.model_copy(update={"text": without_copies(body.text)})
    return event.model_copy(update={"addressed": "us", "body": body})


def heard_all(consultation: Consultation, events: Sequence[Event], knowledge: Knowledge) -> list[Event]:
    """Return the events of a batch as they are for us, each after those before it."""
    all_heard: list[Event] = []
    for event in events:
        all_heard.append(heard(consultation, event, knowledge))
        consultation = enter(consultation, all_heard[-1])
    return all_heard


def found_in(consultation: Consultation, event: Event, knowledge: Knowledge) -> tuple[Found, ...]:
    """Return what is unmistakable in the words of an event, read without a model."""
    if not isinstance(event.body, Said):
        return ()
    asked = consultation.asked.facts if consultation.asked else ()
    return unmistakable(event.body.text, asked, knowledge)


def enter(consultation: Consultation, event: Event) -> Consultation:
    """Return the consultation with who is there after an event of a person."""
    if event.addressed == "known" or isinstance(event.body, OF_JOBS):
        return consultation
    room, author = consultation.room, event.author
    asker = consultation.asker or author
    changes: dict[str, object] = {}
    if event.addressed == "us" and author not in room.addressed:
        changes["addressed"] = (*room.addressed, author)
    if isinstance(event.body, Said | Present):
        changes["ours"] = False
    if author != asker and not event.private and not room.company:
        changes |= {"company": True} | ({"hint": "due"} if consultation.asked and not room.hint else {})
    if event.addressed == "us":
        changes["answered"] = author
        consultation = consultation.but(asker=asker)
    return consultation.but(room=room.model_copy(update=changes))
