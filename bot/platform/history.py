"""What was said before a late mention: read once, however often its turn is taken."""

from collections.abc import Awaitable, Callable

from bot.chat.events import Earlier, Event
from bot.store.consultations import Store
from bot.store.memos import note, noted

NAME = "earlier"


async def earlier_of(store: Store, event: Event, read: Callable[[], Awaitable[Earlier]]) -> Earlier | None:
    """Return what `read` finds, asked once for a conversation; None where our own transcript has it."""
    case, _ = await store.load(event.conversation)
    if case is not None:
        return None
    if kept := await noted(store.connection, event.conversation, NAME):
        return Earlier.model_validate_json(kept)
    found = await read()
    await note(store.connection, event.conversation, NAME, found.model_dump_json(), store.keep)
    return found
