"""What waits to leave a conversation, in order: replies to its platform, and long work to be started."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.chat.reply import Reply
from bot.consultation.base import Plain
from bot.store.jobs import Job, StoredJob


class Entry(Plain):
    """One reply or job on its way."""

    key: str
    """Idempotency key, at most 20 characters: the same however often the entry is sent."""
    what: Reply | StoredJob
    at: datetime
    tries: int = 0
    """Sends that are known to have failed."""
    after: int = 0
    """Not to be sent again before this time of the server, in ms."""
    doubt: bool = True
    """False only while it is known that no send has arrived and none is under way."""


class DeadLetter(Plain):
    """What could not be delivered or worked on, for `advisor doctor`."""

    conversation: str
    at: datetime
    reason: str
    content: Any
    """The entry of the outbox, or the events of the inbox."""


def entries(replies: Sequence[Reply | Job]) -> list[Entry]:
    """Return the entries for what one turn says, each with a new key."""
    now, token = datetime.now(UTC), secrets.token_hex(8)
    return [Entry(key=f"{token}{number:x}", what=what, at=now) for number, what in enumerate(replies)]
