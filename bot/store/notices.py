"""What a person is told once a day, however often they give cause for it."""

from typing import Literal, get_args

from bot.chat.events import Event
from bot.store import keys
from bot.store.connection import Connection

DAY = 24 * 3600


Notice = Literal["off", "outside", "hidden"]


async def first_today(connection: Connection, event: Event, what: Notice) -> bool:
    """Tell whether an event is the first of its author's in a day to be told this; asking it again changes nothing."""
    name = _key(event.author, what)
    if await connection.call("SET", name, event.message, "NX", "EX", DAY) is not None:
        return True
    return await connection.call("GET", name) == event.message


async def forget(connection: Connection, person: str) -> None:
    """Forget that a person was told anything."""
    for what in get_args(Notice):
        await connection.call("DEL", _key(person, what))


def _key(person: str, what: Notice) -> str:
    return keys.key(keys.partition(person), "told", f"{what}:{person}")
