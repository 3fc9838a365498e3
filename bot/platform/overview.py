"""A person's consultations in short, for a page that lists them."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime

from bot.chat import wording
from bot.consultation.model import Consultation
from bot.consultation.people import people_in
from bot.store.consultations import Store
from bot.store.errors import StoreError
from knowledge.load import Knowledge

MOST = 30
"""Consultations that are listed: as many as a page of Slack's holds."""
TITLE = 60
"""Characters of a title."""
AT_ONCE = 16
"""Consultations that are loaded at the same time."""
_MENTION = re.compile(r"<[@#!][^<>\s]*>")
_OPENING = re.compile(
    r"\W*+(?:(?:hi|hello|hey)\W*+)?(?:(?:should|shall) (?:we|i) (?:fine-?tune|train)\W*)?", re.IGNORECASE
)
"""What everybody begins with tells one consultation from another no better than nothing."""


@dataclass(frozen=True)
class Summary:
    """One consultation, as a list of them shows it."""

    id: str
    title: str
    """The first words that were said in it, on one line."""
    verdict: str | None
    """Its name with what it comes to; None while it is open."""
    question: str | None
    """What is asked; None where nothing is."""
    updated: datetime
    private: bool
    """True where only one person sees it."""
    running: bool
    """True while a trial runs."""


@dataclass(frozen=True)
class Overview:
    """A person's newest consultations, and how many there are in all."""

    shown: tuple[Summary, ...]
    total: int


async def overview(store: Store, knowledge: Knowledge, person: str) -> Overview:
    """Return the consultations that a person took part in, the newest first."""
    found: list[Consultation] = []
    total = 0
    conversations = await store.conversations(person)
    for at in range(0, len(conversations), AT_ONCE):
        loaded = await asyncio.gather(*(_load(store, each) for each in conversations[at : at + AT_ONCE]))
        theirs = [case for case in loaded if case is not None and person in people_in(case)]
        total += len(theirs)
        found = _newest([*found, *theirs])
    return Overview(tuple(summary(case, knowledge) for case in found), total)


def _newest(cases: list[Consultation]) -> list[Consultation]:
    return sorted(cases, key=lambda case: case.updated, reverse=True)[:MOST]


async def _load(store: Store, conversation: str) -> Consultation | None:
    try:
        return (await store.load(conversation))[0]
    except StoreError as error:
        if error.kind in ("unreadable", "newer"):
            return None  # the others can be shown; this one says so where it is opened
        raise


def summary(case: Consultation, knowledge: Knowledge) -> Summary:
    """Return a consultation in short."""
    given = knowledge.verdicts.get(case.verdict.verdict) if case.verdict else None
    asked = [knowledge.asks[fact].ask for fact in case.asked.facts if fact in knowledge.asks] if case.asked else []
    return Summary(
        id=case.id,
        title=_title(case, knowledge),
        verdict=wording.verdict_name(knowledge, case.verdict) if case.verdict and given else None,
        question=" ".join(asked) or None,
        updated=case.updated,
        private=case.private,
        running=case.trial.running,
    )


def _title(case: Consultation, knowledge: Knowledge) -> str:
    lines = [" ".join(_MENTION.sub(" ", line.text).split()) for line in case.transcript]
    told = [line for line in lines if line]
    if line := next((line for line in told if not _OPENING.fullmatch(line)), None):
        return _short(line)
    claims = ((fact, claim.value) for fact, held in case.claims.items() for claim in held)
    for fact, value in claims:
        if value is not None and fact in knowledge.facts:
            said = f"{wording.label(knowledge, fact)}: {wording.value(knowledge, fact, value)}"
            return _short(said[:1].upper() + said[1:])
    return _short(told[0]) if told else "A consultation without words yet"


def _short(text: str) -> str:
    if len(text) <= TITLE:
        return text
    cut = text[:TITLE].rpartition(" ")[0]
    return f"{(cut if len(cut) > TITLE // 2 else text[: TITLE - 1]).rstrip(' ,;:.')}…"
