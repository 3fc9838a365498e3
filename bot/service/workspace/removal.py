"""Deletion of all that is kept of a workspace, once it has removed the app."""

from collections.abc import Mapping
from datetime import datetime

from bot.consultation.model import Consultation, How
from bot.consultation.people import people_in
from bot.service.workspace import storage
from bot.store import keys
from bot.store.consultations import Store
from bot.store.errors import StoreError


async def forget_workspace(
    store: Store, platform: str, workspace: str, *, organisation: str = "", before: datetime | None = None
) -> None:
    """Remove all conversations of a workspace with their trials, who was in them, and what was decided for it.

    With `organisation`, those of all its workspaces. A conversation in which somebody spoke later than `before` stays:
    the app was installed again. What a platform keeps by itself, such as tokens, is its adapter's to remove. After a
    StoreError it can be done again, and goes on where it stopped.
    """
    # Under the organisation itself stands what named no team.
    others = [organisation, *await store.workspaces(f"{platform}:{organisation}")] if organisation else []
    for each in dict.fromkeys((workspace, *others)):
        await _forget(store, platform, each, before)
        if organisation:
            held = await store.conversations(f"{platform}:{each}")
            if not held:
                whole = keys.of_organisation(f"{platform}:{organisation}")
                await store.connection.call("SREM", whole, each)


async def _forget(store: Store, platform: str, workspace: str, before: datetime | None) -> None:
    name = f"{platform}:{workspace}"
    stay: dict[str, frozenset[str]] = {}
    while conversations := [each for each in await store.conversations(name) if each not in stay]:
        cases = {each: await _case(store, each) for each in conversations}
        stay |= {each: people_in(case) for each, case in cases.items() if case and _went_on(case, before)}
        gone: Mapping[str, Consultation | None] = {each: cases[each] for each in conversations if each not in stay}
        for conversation, case in gone.items():
            await store.forget(conversation)
            for person in people_in(case) if case else ():
                if any(person in people for people in stay.values()):
                    await store.connection.call("SREM", keys.of_person(person), conversation)
                    await store.let_go(person, conversation)
                elif person.startswith(f"{name}:"):
                    await store.forget_person(person, again=True)
            # One by one, and only what is gone: a conversation that began meanwhile must stay listed.
            await store.connection.call("SREM", keys.of_person(name), conversation)
            await store.let_go(name, conversation)
    await storage.forget(store.connection, platform, workspace, before)


def _went_on(case: Consultation, before: datetime | None) -> bool:
    """Tell whether somebody said something in a conversation after that time; a trial that ended later is no word."""
    if before is None:
        return False
    said = [claim.at for held in case.claims.values() for claim in held if claim.how is not How.measured]
    return any(at > before for at in (*said, *(line.at for line in case.transcript)))


async def _case(store: Store, conversation: str) -> Consultation | None:
    """Return a consultation; None where there is none that can be read."""
    try:
        return (await store.load(conversation))[0]
    except StoreError as error:
        if error.kind in ("unreadable", "newer"):
            return None
        raise
