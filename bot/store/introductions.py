"""Who was told that the advisor is automated: each person once, in the first conversation with them."""

from bot.store import keys
from bot.store.connection import Connection


async def meets(connection: Connection, person: str, conversation: str, *, keep: int) -> bool:
    """Tell whether this conversation is where a person first meets the advisor; asking it again changes nothing.

    Who has not been there for `keep` ms is met anew.
    """
    name = _key(person)
    first = await connection.call("SET", name, conversation, "NX", "PX", keep)
    if first is None:
        await connection.call("PEXPIRE", name, keep)
    return first is not None or await connection.call("GET", name) == conversation


async def forget(connection: Connection, person: str) -> None:
    """Forget that a person was met."""
    await connection.call("DEL", _key(person))


def _key(person: str) -> str:
    return keys.key(keys.partition(person), "met", person)
