"""What was said before a late mention: read once, however often its turn is taken, and nothing that was forgotten."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from pydantic import ValidationError

from bot.chat.events import Earlier, Event, newest
from bot.consultation.model import Line
from bot.store.consultations import Forgotten, Store
from bot.store.memos import note, noted

NAME = "earlier"
MOMENT = timedelta(milliseconds=1)
"""How finely platforms tell time."""


async def earlier_of(store: Store, event: Event, read: Callable[[], Awaitable[Earlier]]) -> Earlier | None:
    """Return what the author of a late mention said before it, and how much others did, whose words are left.

    Asked once for a conversation; None where our own transcript has it.
    """
    if await store.holds(event.conversation):
        return None
    if kept := await noted(store.connection, event.conversation, NAME):
        with suppress(ValidationError):  # damaged: it is asked for once more
            return Earlier.model_validate_json(kept)
    found = await read()
    lines = _kept(found.lines, await store.forgotten(event.conversation))
    others = [line for line in lines if line.by != event.author and line.text.strip()]
    own = [line for line in lines if line.by == event.author and line.text.strip()]
    read_of = newest(own)  # what is not read is not kept either
    found = _of(found, read_of).model_copy(
        update={
            "others": len(others),
            "people": len({line.by for line in others}),
            "cut": len(read_of) < len(own),
        }
    )
    await note(store.connection, event.conversation, NAME, found.model_dump_json(), store.keep)
    return found


async def others_of(store: Store, event: Event, read: Callable[[], Awaitable[Earlier]]) -> Earlier:
    """Return what others said before a late mention, since somebody pressed to have that read."""
    case, _ = await store.load(event.conversation)
    known = {line.message for line in case.transcript} if case else set[str | None]()
    found = await read()
    lines = _kept(found.lines, await store.forgotten(event.conversation))
    return _of(found, [line for line in lines if line.message not in known]).model_copy(update={"given": True})


def _kept(lines: Sequence[Line], forgotten: Forgotten) -> list[Line]:
    """Return the lines that are not forgotten, as is the very wish to forget."""
    return [line for line in lines if not forgotten.covers(line.by, line.at - MOMENT)]


def _of(found: Earlier, lines: Sequence[Line]) -> Earlier:
    people = {line.by for line in lines}
    names = {by: name for by, name in found.names.items() if by in people}
    return found.model_copy(update={"lines": tuple(lines), "names": names})
