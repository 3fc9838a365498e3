"""What an adapter remembers of a conversation from one delivery to the next; forgotten with it."""

from bot.store import keys
from bot.store.connection import Connection


async def noted(connection: Connection, conversation: str, name: str) -> str | None:
    """Return what was noted under this name, None where nothing was."""
    return await connection.call("HGET", keys.of_conversation(conversation).notes, name)


async def note(connection: Connection, conversation: str, name: str, value: str, keep: int) -> bool:
    """Note a text in place of what was noted under this name, for `keep` ms from now.

    False, and nothing is noted, where the conversation neither is there nor has anything waiting.
    """
    held = keys.of_conversation(conversation)
    return bool(await connection.run("jot", [held.notes, held.case, held.inbox], name, value, keep))


async def drop(connection: Connection, conversation: str, *names: str) -> None:
    """Forget notes, at least one."""
    await connection.call("HDEL", keys.of_conversation(conversation).notes, *names)
