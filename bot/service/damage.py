"""What is said where something that is kept of a conversation is damaged, so that it goes on and nobody waits."""

from bot.chat.reply import Reply, Text
from bot.store import dead_letters, keys
from bot.store.connection import Connection
from bot.store.outbox import entries

DAMAGED = Reply(
    parts=(
        Text(
            markdown="What I held of this conversation is damaged and cannot be read. It is set aside for whoever runs "
            "me, and I begin anew with what you say now.",
            voice="error",
        ),
    )
)
ANSWER_LOST = Reply(
    parts=(
        Text(
            markdown="Something that I was to say or do here is damaged, and is set aside for whoever runs me: "
            "`status` shows how things stand.",
            voice="error",
        ),
    )
)


async def mend(connection: Connection, conversation: str, keep: int) -> bool:
    """Put aside what is none of ours under the conversation's own keys, and say so where words may be gone with it.

    Returns whether there was any. Raises StoreError.
    """
    mended = await dead_letters.mend(connection, conversation, keep)
    if {"case", "inbox", "outbox"} & {*mended}:
        outbox = keys.of_conversation(conversation).outbox
        await connection.call("RPUSH", outbox, *(each.model_dump_json() for each in entries([DAMAGED])))
        await connection.call("PEXPIRE", outbox, keep)
    return bool(mended)
