"""Holding a conversation: one worker at a time takes it, keeps it alive, marks what was said and lets it go.

A lease is known by its fence, a counter and a token. Every script looks whether the lock still has that fence, so a
worker that was too slow can neither write nor mark. Whether it may still speak it sees from `lasts`, on its own clock.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import LockLost
from bot.store.outbox import DeadLetter, Entry
from bot.store.ready import Ready

LOCK = 6.0
"""Seconds that a lock lasts without being renewed."""
SAFE = 0.8
"""The part of that in which its holder trusts it; the rest is for what is under way, and for clocks."""
BATCH = 100
"""Events that one turn takes at most."""


@dataclass
class Lease:
    """A held conversation."""

    conversation: str
    ready: Ready
    fence: str
    lasts: float
    """Until when, by time.monotonic(), the holder may speak without asking."""


@dataclass(frozen=True)
class Held:
    """A lease with everything that waits in the conversation, as it is stored."""

    lease: Lease
    version: int
    case: str
    """Empty where there is none."""
    events: list[str]
    died: int
    """How often these events were taken by a process that ended meanwhile, since a turn last failed at them."""
    failed: int
    """How often a turn failed at these events."""
    outbox: list[str]
    now: int
    """The server's time in ms."""


@dataclass(frozen=True)
class Busy:
    """Somebody else holds the conversation, for these seconds at least unless they renew it."""

    seconds: float


async def take(
    connection: Connection, ready: Ready, *, lock: float = LOCK, token: str | None = None
) -> Held | Busy | None:
    """Take the conversation of a ready entry with all that waits in it, and count that; None where nothing waits.

    With the same `token` it is taken once, however often that is asked.
    """
    held = keys.of_conversation(ready.conversation)
    touched = [held.lock, held.sequence, held.inbox, held.outbox, held.case, held.ready, held.tries, held.failures]
    began = time.monotonic()
    token = token or secrets.token_hex(6)
    said = await connection.run("take", touched, ready.conversation, token, keys.GROUP, ready.id, _ms(lock), BATCH)
    if said[0] == "busy":
        return Busy(max(0.0, said[1] / 1000))
    if said[0] == "empty":
        return None
    _, fence, version, data, died, failed, now, events, outbox = said
    return Held(
        Lease(ready.conversation, ready, fence, began + lock * SAFE),
        int(version),
        data,
        events,
        died,
        failed,
        outbox,
        now,
    )


async def renew(connection: Connection, lease: Lease, consumer: str, *, lock: float = LOCK) -> None:
    """Keep the conversation; LockLost if it is another's."""
    held = keys.of_conversation(lease.conversation)
    began = time.monotonic()
    kept = await connection.run(
        "renew", [held.lock, held.ready], lease.fence, _ms(lock), keys.GROUP, consumer, lease.ready.id
    )
    if not kept:
        raise LockLost(lease.conversation)
    lease.lasts = began + lock * SAFE


async def settle(
    connection: Connection,
    lease: Lease,
    key: str,
    outcome: Literal["sent", "later", "refused"],
    text: Entry | DeadLetter | None = None,
    *,
    keep: int,
) -> None:
    """Mark the first entry of the outbox: gone, to be sent later as the given entry, or dead as the given letter."""
    held = keys.of_conversation(lease.conversation)
    touched = [held.lock, held.outbox, held.dead, held.letters]
    written = text.model_dump_json() if text else ""
    said = await connection.run("settle", touched, lease.conversation, lease.fence, key, outcome, written, keep)
    if said == "lost":
        raise LockLost(lease.conversation)


async def bury(
    connection: Connection, lease: Lease, taken: int, letter: DeadLetter, say: Sequence[Entry], *, keep: int
) -> None:
    """Move events that no turn gets through from the inbox to the dead letters, and say so."""
    held = keys.of_conversation(lease.conversation)
    touched = [held.lock, held.inbox, held.outbox, held.dead, held.letters, held.tries, held.failures]
    spoken = [entry.model_dump_json() for entry in say]
    said = await connection.run(
        "bury", touched, lease.conversation, lease.fence, taken, letter.model_dump_json(), keep, *spoken
    )
    if said == "lost":
        raise LockLost(lease.conversation)


async def set_aside(
    connection: Connection, lease: Lease, entry: int | None, letter: DeadLetter, say: Sequence[Entry], *, keep: int
) -> None:
    """Make a dead letter of what cannot be read, an entry of the outbox (from 0) or with None the case, and say so."""
    held = keys.of_conversation(lease.conversation)
    which = "" if entry is None else entry
    spoken = [each.model_dump_json() for each in say]
    written = (lease.conversation, lease.fence, which, letter.model_dump_json(), keep, *spoken)
    touched = [held.lock, held.case, held.outbox, held.dead, held.letters]
    if await connection.run("set_aside", touched, *written) == "lost":
        raise LockLost(lease.conversation)


async def release(
    connection: Connection,
    lease: Lease,
    how: Literal["more", "back", "pause", "failed"],
    *,
    sent: str = "",
    wait: float = 0.0,
    lock: float = LOCK,
) -> list[str]:
    """Let the conversation go, unless with `more` something came meanwhile: then keep it and return the events.

    `sent` is the key of the first entry of the outbox, if that was sent. What then still waits is ready again at once
    with `back`, else after `wait` seconds; `failed` counts that a turn failed.
    """
    held = keys.of_conversation(lease.conversation)
    touched = [held.lock, held.inbox, held.outbox, held.ready, held.due, held.tries, held.failures]
    place = (lease.conversation, lease.fence, keys.GROUP, lease.ready.id)
    whose = lease.ready.whose
    began = time.monotonic()
    said = await connection.run("release", touched, *place, how, sent, _ms(wait), _ms(lock), BATCH, whose)
    if said[0] == "lost":
        raise LockLost(lease.conversation)
    if said[0] == "done":
        return []
    lease.lasts = began + lock * SAFE
    return said[1]


async def excuse(connection: Connection, conversation: str) -> None:
    """Count one try less: the conversation was taken, and lost by no fault of what came in it."""
    await connection.run("excuse", [keys.of_conversation(conversation).tries], conversation)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
