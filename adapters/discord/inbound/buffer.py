"""Messages on their way into the store, in the order in which they came; while it is gone they wait here."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable

from bot.chat.events import Event
from bot.platform import metrics
from bot.platform.port import Accept
from bot.store.connection import Connection
from bot.store.errors import StoreError

log = logging.getLogger("advisor.discord")

LIMIT = 1_000
"""Messages that wait; Discord does not bring again what is dropped."""
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between tries; the last is repeated."""


class Buffer:
    """A queue in front of `accept`; `at_once` answers what needs no store, and tells whether it did."""

    def __init__(self, accept: Accept, connection: Connection, at_once: Callable[[Event], bool], limit: int = LIMIT):
        self._accept, self._connection, self._at_once, self._limit = accept, connection, at_once, limit
        self._waiting: deque[Event] = deque()
        self._filled = asyncio.Event()
        self._down = False
        self.dropped = 0
        """Messages that were lost since the store went away."""

    @property
    def empty(self) -> bool:
        """True where all that came is stored."""
        return not self._waiting

    def put(self, event: Event) -> None:
        """Take an event; it is stored soon, or as soon as the store is back."""
        if self._down and self._at_once(event):
            return
        if len(self._waiting) >= self._limit:
            self._drop(1)
            return
        self._waiting.append(event)
        self._filled.set()

    async def run(self) -> None:
        """Store what comes, until cancelled."""
        while True:
            await self._filled.wait()
            await self._store(self._waiting[0])
            self._waiting.popleft()
            if not self._waiting:
                self._filled.clear()

    async def drain(self, seconds: float) -> None:
        """Wait until nothing waits any more; what still does is lost, and counted."""
        try:
            async with asyncio.timeout(seconds):
                while self._waiting:  # noqa: ASYNC110  `run` empties it
                    await asyncio.sleep(0.02)
        except TimeoutError:
            self._drop(len(self._waiting))

    async def _store(self, event: Event) -> None:
        tries = 0
        while True:
            try:
                if tries:
                    await self._connection.revive()
                await self._accept(event)
            except StoreError as error:
                if not self._down:
                    log.warning("Messages wait until the store is back. %s", error)
                self._down = True
                if tries == 0 and self._at_once(event):
                    return
            else:
                if self._down:
                    log.warning("The store is back; %d messages were lost meanwhile.", self.dropped)
                self._down, self.dropped = False, 0
                return
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def _drop(self, count: int) -> None:
        if not self.dropped:
            log.error("Too many messages wait for the store (%d): what comes now is lost.", len(self._waiting))
        self.dropped += count
        metrics.EVENTS.labels("dropped").inc(count)
