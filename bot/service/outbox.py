"""Bringing what was committed to its platform, in order, and once as far as the platform lets us know."""

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from bot.platform.port import Deliver, Delivered, Delivery, Rejected, RetryLater
from bot.service.damage import mend
from bot.store import lease
from bot.store.connection import Connection, keep_trying, pause_after
from bot.store.errors import StoreError
from bot.store.lease import Lease
from bot.store.outbox import DeadLetter, Entry

log = logging.getLogger("advisor.delivery")


T = TypeVar("T")


LONGEST_PAUSE = 300.0
"""Seconds between two tries."""


GIVE_UP = 24 * 3600.0
"""Seconds after which a reply that could not be delivered goes to the dead letters."""


@dataclass(frozen=True)
class Outside:
    """What sending for a held conversation needs: the store, the platforms, and how long its lock lasts."""

    connection: Connection
    deliver: Deliver
    consumer: str
    lock: float
    """Seconds that the lock lasts."""
    keep: int
    """Milliseconds that dead letters are kept."""

    async def insist(self, attempt: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Try for as long as the lock may hold while the store is gone."""
        return await keep_trying(attempt, self.connection, self.lock)


@dataclass
class Backlog:
    """What is still to be said in a held conversation."""

    lease: Lease
    clock: float
    """The server's time less our monotonic one, in ms."""
    entries: deque[Entry]
    fresh: set[str] = field(default_factory=set[str])
    """Keys that nobody has tried to send yet."""

    def add(self, said: list[Entry]) -> None:
        """Put what was just committed at the end."""
        self.entries.extend(said)
        self.fresh |= {entry.key for entry in said}

    def wait(self) -> float:
        """Return for how many seconds the first entry must wait."""
        return max(0.0, (self.entries[0].after - self.clock) / 1000 - time.monotonic()) if self.entries else 0.0


async def speak(out: Outside, backlog: Backlog, *, leave_last: bool = False) -> str:
    """Send the backlog in order until it is empty or its first entry must wait; LockLost as soon as it is known.

    With `leave_last`, the last sent entry is not marked; its key is returned, to be marked with the release.
    """
    while backlog.entries and not backlog.wait():
        entry = backlog.entries[0]
        first = entry.key in backlog.fresh
        if not first and not entry.doubt:
            await _settle(out, backlog, entry, "later", entry.model_copy(update={"doubt": True}))
        backlog.fresh.discard(entry.key)
        if time.monotonic() >= backlog.lease.lasts:
            await lease.renew(out.connection, backlog.lease, out.consumer, lock=out.lock)
        doubt = entry.doubt and not first
        outcome = await _send(out, backlog.lease.conversation, entry, in_doubt=doubt)
        if isinstance(outcome, RetryLater) and (datetime.now(UTC) - entry.at).total_seconds() > GIVE_UP:
            outcome = Rejected("It could not be delivered for a day.")
        match outcome:
            case Delivered():
                backlog.entries.popleft()
                if leave_last and not backlog.entries:
                    return entry.key
                await _settle(out, backlog, entry, "sent")
            case Rejected(reason):
                log.error("A reply is a dead letter now: %s", reason)
                backlog.entries.popleft()
                letter = dead_letter(backlog.lease, reason, entry.model_dump(mode="json"))
                await _settle(out, backlog, entry, "refused", letter)
            case RetryLater(seconds, in_doubt):
                pause = pause_after(entry.tries, LONGEST_PAUSE) * random.uniform(0.5, 1.0)  # noqa: S311
                after = int(backlog.clock + (time.monotonic() + (pause if seconds is None else seconds)) * 1000)
                changes = {"tries": entry.tries + 1, "after": after, "doubt": doubt or in_doubt}
                backlog.entries[0] = entry.model_copy(update=changes)
                await _settle(out, backlog, entry, "later", backlog.entries[0])
    return ""


def dead_letter(held: Lease, reason: str, content: Any) -> DeadLetter:
    """Return the letter for what cannot be delivered or worked on."""
    return DeadLetter(conversation=held.conversation, at=datetime.now(UTC), reason=reason, content=content)


async def _send(out: Outside, conversation: str, entry: Entry, *, in_doubt: bool) -> Delivered | RetryLater | Rejected:
    try:
        return await out.deliver(Delivery(conversation, entry.key, entry.what, in_doubt, entry.at, entry.tries))
    except Exception as error:
        if isinstance(error, StoreError) and error.kind == "misused" and await _mended(out, conversation):
            return RetryLater(0.0)
        log.exception("A delivery failed (%s).", type(error).__name__)
        return RetryLater()


async def _mended(out: Outside, conversation: str) -> bool:
    """Tell whether what a platform notes of a conversation can be noted again."""
    try:
        return await mend(out.connection, conversation, out.keep)
    except StoreError:
        return False


async def _settle(
    out: Outside,
    backlog: Backlog,
    entry: Entry,
    outcome: Literal["sent", "later", "refused"],
    text: Entry | DeadLetter | None = None,
) -> None:
    await out.insist(lambda: lease.settle(out.connection, backlog.lease, entry.key, outcome, text, keep=out.keep))
