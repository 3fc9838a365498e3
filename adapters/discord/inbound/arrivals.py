"""What people wrote and nobody has taken yet: in order within a place, and of all places the quietest first."""

import asyncio
import logging
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from adapters.discord.outbound.errors import cause

log = logging.getLogger("advisor.discord")

Take = Callable[[], None]

LATELY = 60.0
"""Seconds for which it counts how much came in a place."""


class Arrivals:
    """A queue with a part for each place."""

    def __init__(self) -> None:
        self._waiting: dict[int, deque[Take]] = {}
        self._order: list[tuple[int, int, int]] = []
        """A heap of the places in which something waits, by how much of them was taken lately and since when."""
        self._taken: Counter[int] = Counter()
        self._began = 0.0
        self._came = count()
        self._more = asyncio.Event()

    @property
    def empty(self) -> bool:
        """True where nothing waits."""
        return not self._order

    def put(self, place: int, take: Take) -> None:
        """Add what came in a place, by what takes it."""
        if place in self._waiting:
            self._waiting[place].append(take)
            return
        self._waiting[place] = deque([take])
        self._put(place)
        self._more.set()

    async def take(self) -> None:
        """Take what comes next, as soon as there is something; what cannot be taken is one line in the log."""
        while self.empty:
            self._more.clear()
            await self._more.wait()
        self._take()

    def take_all(self) -> None:
        """Take at once all that waits."""
        while not self.empty:
            self._take()

    def _take(self) -> None:
        place = heappop(self._order)[2]
        if time.monotonic() - self._began >= LATELY:
            self._taken.clear()
            self._began = time.monotonic()
        self._taken[place] += 1
        waiting = self._waiting[place]
        take = waiting.popleft()
        if waiting:
            self._put(place)
        else:
            del self._waiting[place]
        try:
            take()
        except Exception as error:  # all that is written comes through here
            log.error(
                "What somebody wrote could not be taken (%s). (Reference %s.)", cause(error), secrets.token_hex(3)
            )

    def _put(self, place: int) -> None:
        heappush(self._order, (self._taken[place], next(self._came), place))
