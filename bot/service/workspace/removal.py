"""Deletion of all that is kept of a workspace, once it has removed the app."""

from bot.consultation.people import people_in
from bot.service.workspace import storage
from bot.store import keys
from bot.store.consultations import Store
from bot.store.errors import StoreError


async def forget_workspace(store: Store, platform: str, workspace: str) -> None:
    """Remove all conversations of a workspace with their trials, who was in them, and what was decided for it.

    What a platform keeps by itself, such as tokens, is its adapter's to remove. After a StoreError it can be done
    again, and goes on where it stopped.
    """
    name = f"{platform}:{workspace}"
    while conversations := await store.conversations(name):
        for conversation in conversations:
            people = await _people(store, conversation)
            await store.forget(conversation)
            for person in people:
                if person.startswith(f"{name}:"):
                    await store.forget_person(person, again=True)
            # One by one, and only what is gone: a conversation that began meanwhile must stay listed.
            await store.connection.call("SREM", keys.of_person(name), conversation)
    await storage.forget(store.connection, platform, workspace)


async def _people(store: Store, conversation: str) -> frozenset[str]:
    try:
        case, _ = await store.load(conversation)
    except StoreError as error:
        if error.kind in ("unreadable", "newer"):
            return frozenset()
        raise
    return people_in(case) if case else frozenset()
