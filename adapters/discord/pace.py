"""How many calls are under way: Discord allows a bot so many in a second, from all of its processes together.

A burst of one person uses some of them up at most, so that all others are answered meanwhile.
"""

import asyncio
import random
import secrets
import time
from collections import defaultdict
from contextlib import suppress
from math import ceil
from typing import Any

from aiohttp import TraceConfig, TraceRequestEndParams, TraceRequestExceptionParams, TraceRequestStartParams

from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.text.apart import Fair, Place, worked_for

PER_SECOND = 48
"""Calls in a second at most: Discord refuses all from the 51st on (docs/platforms.md#discord-rate-limits)."""
SECOND = 1.0
KEPT = PER_SECOND // 2
"""Of these, how many are only for people for whom there were few calls lately, and the fewer the more there were."""
FEW = 3
"""Calls of theirs in a second that may be among them: what an answer takes."""
LITTLE = 4.0
"""Seconds that calls of theirs held places lately, a second or more each, from which on none of them are theirs."""
HELD = 21_000
"""Milliseconds after which the place of a process that ended is free: longer than any call and its second."""
AGAIN = 0.1
"""Seconds between two looks for a place that the store has to give."""
GONE = 5.0
"""Seconds for which a store that failed is not asked."""
PLACES = keys.key(keys.partition("discord"), "pace", "discord")
_UNCOUNTED = ("/webhooks/", "/interactions/")


class Pace:
    """Holds calls back that would be too many in a second; with a store, those of all processes that share it.

    While the store is gone each process goes by itself: without it there is no work, and so there are few calls.
    """

    def __init__(self, connection: Connection | None = None):
        self._connection = connection
        self._free = Fair(PER_SECOND, KEPT, few=FEW, little=LITTLE)
        self._held = 0
        self._taken = 0
        """How many places all processes held when this one last asked."""
        self._asking = defaultdict[int, Fair](lambda: Fair(1))
        """Held by the one that asks the store, of those who may have equally many places."""
        self._gone = 0.0
        self._giving: set[asyncio.Task[None]] = set()
        self.trace = TraceConfig()
        """What every client has, so that its own repetitions are held back, too."""
        self.trace.on_request_start.append(self._begun)
        self.trace.on_request_end.append(self._ended)
        self.trace.on_request_exception.append(self._ended)

    @property
    def busy(self) -> bool:
        """True where what nobody would miss is better not called."""
        return max(self._held, self._taken) > PER_SECOND // 2

    async def _begun(self, session: Any, context: Any, started: TraceRequestStartParams) -> None:
        """Wait until one more call is within the limit of a second; whoever had fewest lately goes first."""
        context.counts = not any(part in started.url.path for part in _UNCOUNTED)
        if not context.counts:
            return
        whose = worked_for()
        context.own = self._free.place(whose)
        leaves = self._free.leaves(whose)
        await context.own.take()
        self._held += 1
        try:
            context.place = await self._place(self._connection, whose, leaves) if self._connection else ""
        except BaseException:
            self._release(context.own)
            raise

    async def _ended(
        self, session: Any, context: Any, ended: TraceRequestEndParams | TraceRequestExceptionParams
    ) -> None:
        # When it arrived there is not known, only that it was before its answer; a second from then on is safe.
        if context.counts:
            asyncio.get_running_loop().call_later(SECOND, self._release, context.own, context.place)

    async def _place(self, connection: Connection, whose: str, leaves: float) -> str:
        """Return the name of a place that the store has given and others are left besides; nothing where it is gone."""
        name, most = secrets.token_hex(6), PER_SECOND - ceil(leaves)
        async with self._asking[most].place(whose):
            while time.monotonic() >= self._gone:
                try:
                    wait, self._taken = await connection.run("pace", [PLACES], name, most, HELD)
                except StoreError:
                    self._gone, self._taken = time.monotonic() + GONE, 0
                    break
                if not wait:
                    return name
                await asyncio.sleep(min(AGAIN, wait / 1000) * random.uniform(0.5, 1.0))  # noqa: S311
        return ""

    def _release(self, own: Place, place: str = "") -> None:
        self._held -= 1
        own.leave()
        if place and self._connection:
            giving = asyncio.create_task(self._give(self._connection, place))
            self._giving.add(giving)
            giving.add_done_callback(self._giving.discard)

    async def _give(self, connection: Connection, place: str) -> None:
        with suppress(StoreError):  # it is given away by itself
            await connection.call("ZREM", PLACES, place)
