"""Messages on their way into the store, those of each conversation in order; while it is gone they wait here."""

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

LIMIT = 10_000
"""Messages that wait; Discord does not bring again what is dropped."""
LIMIT_OF_ONE = 2_000
"""Messages of one conversation that wait, so that a flood in one takes no room from the others."""
AT_ONCE = 32
"""Conversations of which a message is stored at the same time."""
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between tries; the last is repeated."""


AtOnce = Callable[[Event, StoreError], bool]


class Buffer:
    """Queues in front of `accept`, one for each conversation, served in turn.

    `at_once` answers what needs no store, and tells whether it did.
    """

    def __init__(self, accept: Accept, connection: Connection, at_once: AtOnce, limit: int = LIMIT):
        self._accept, self._connection, self._at_once, self._limit = accept, connection, at_once, limit
        self._waiting: dict[str, deque[Event]] = {}
        self._count = 0
        self._next: asyncio.Queue[str] = asyncio.Queue()
        """Conversations whose first message is to be stored."""
        self._down: StoreError | None = None
        """Why the store takes nothing."""
        self._trying = asyncio.Lock()
        """Held by the one that tries whether a store that is gone is back."""
        self.dropped = 0
        """Messages that were lost since all was stored last."""

    @property
    def empty(self) -> bool:
        """True where all that came is stored."""
        return not self._waiting

    @property
    def _gone(self) -> bool:
        """True where nobody need ask the store; one that is full may have room again for the next."""
        return self._down is not None and self._down.kind != "full"

    def put(self, event: Event) -> None:
        """Take an event; it is stored soon, or as soon as the store is back."""
        if self._gone and self._down is not None and self._at_once(event, self._down):
            return
        waiting = self._waiting.get(event.conversation)
        if self._count >= self._limit or (waiting and len(waiting) >= LIMIT_OF_ONE):
            self._drop(1)
            return
        self._count += 1
        if waiting is None:
            self._waiting[event.conversation] = deque([event])
            self._next.put_nowait(event.conversation)
        else:
            waiting.append(event)

    async def run(self) -> None:
        """Store what comes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._serve())

    async def drain(self, seconds: float) -> None:
        """Wait until nothing waits any more; what still does is lost, and counted."""
        try:
            async with asyncio.timeout(seconds):
                while self._waiting:  # noqa: ASYNC110  `run` empties it
                    await asyncio.sleep(0.02)
        except TimeoutError:
            self._drop(self._count)

    async def _serve(self) -> None:
        while True:
            conversation = await self._next.get()
            waiting = self._waiting[conversation]
            await self._store(waiting[0])
            waiting.popleft()
            self._count -= 1
            if waiting:
                self._next.put_nowait(conversation)
                continue
            del self._waiting[conversation]
            if self.empty and self.dropped:
                log.warning("All that waited is stored; %d messages were lost meanwhile.", self.dropped)
                self.dropped = 0

    async def _store(self, event: Event) -> None:
        try:
            if not self._gone:
                await self._accept(event)
                self._back()
                return
        except StoreError as error:
            if self._refused(event, error):
                return
        async with self._trying:
            await self._keep_trying(event)

    async def _keep_trying(self, event: Event) -> None:
        tries = 0
        while True:
            if self._down:
                await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1
            try:
                if self._down:
                    await self._connection.revive()
                await self._accept(event)
            except StoreError as error:
                if self._refused(event, error):
                    return
                continue
            self._back()
            return

    def _refused(self, event: Event, error: StoreError) -> bool:
        """Note why the store takes nothing; tell whether the event needs it no more."""
        if not self._down:
            log.warning("Messages wait until the store is back. %s", error)
        self._down = error
        # A store that was only slow may have it all the same, and then it is answered from there.
        return error.kind != "slow" and self._at_once(event, error)

    def _back(self) -> None:
        if self._down is not None:
            log.warning("The store is back.")
        self._down = None

    def _drop(self, count: int) -> None:
        if not self.dropped:
            why = "the store is gone" if self._down else "they come faster than they are stored"
            log.error("Too many messages wait (%d), since %s: what comes now is lost.", self._count, why)
        self.dropped += count
        metrics.EVENTS.labels("dropped").inc(count)
