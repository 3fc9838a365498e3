"""What people and workspaces spend on model calls in a day, by trials and turns: reserved before, settled after.

Each has one counter, a day is one of UTC by the server's clock. What a worker reserved and did not settle, because it
died, is free again after the lease.
"""

import asyncio
import math
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.settings import Settings
from bot.store import keys
from bot.store.connection import Connection

LEASE = 600.0
"""Seconds; longer than a call and all its tries may take."""
DAY = 86_400
AT_ONCE = 32
"""Calls that are reserved in one go."""
MICRO = 1_000_000

Who = Literal["person", "workspace"]
Answer = list[int | str]
Insist = Callable[[Callable[[], Coroutine[Any, Any, Answer]]], Awaitable[Answer]]


@dataclass(frozen=True)
class Counter:
    """Who spends, and how much of it in a day."""

    who: Who
    name: str
    calls: int
    usd: float

    @property
    def key(self) -> str:
        return keys.key(keys.partition(self.name), "spent", self.member)

    @property
    def member(self) -> str:
        """How it is named among the others."""
        return f"{self.who}:{self.name}"

    @property
    def listed(self) -> str:
        """The key of the set in which it stands with the others of its partition."""
        return keys.key(keys.partition(self.name), "spenders")


@dataclass(frozen=True)
class Spent:
    """What was spent since the day of UTC began."""

    counter: Counter
    calls: int
    usd: float

    @property
    def sentence(self) -> str:
        """Say it beside what may be spent."""
        whose = "You have" if self.counter.who == "person" else "This workspace has"
        caps = f"{self.calls:,} of {self.counter.calls:,} model calls and {self.usd:.2f} of {self.counter.usd:.2f} USD"
        return f"{whose} used {caps} today."


async def spent(connection: Connection, counter: Counter) -> Spent:
    """Return what a person or workspace has spent today. Raises StoreError."""
    seconds, _ = await connection.call("TIME")
    day, calls, usd = await connection.call("HMGET", counter.key, "day", "calls", "usd")
    if day is None or int(day) - int(seconds) // DAY not in (0, 1):
        return Spent(counter, 0, 0.0)
    return Spent(counter, int(calls or 0), int(usd or 0) / MICRO)


async def spenders(connection: Connection, settings: Settings) -> list[Spent]:
    """Return all who have spent something today, workspaces first, those who spent most first. Raises StoreError."""
    found: list[Spent] = []
    for number in range(keys.PARTITIONS):
        for member in await connection.call("SMEMBERS", keys.key(number, "spenders")):
            who, _, name = str(member).partition(":")
            caps = counters(settings, name) if who == "person" else counters(settings, f"{name}:")[1:]
            found += [await spent(connection, counter) for counter in caps[:1]]
    used = [each for each in found if each.calls]
    return sorted(used, key=lambda each: (each.counter.who != "workspace", -each.usd, -each.calls, each.counter.name))


@dataclass(frozen=True)
class Refusal:
    """A cap that is reached."""

    counter: Counter
    what: Literal["calls", "usd"]
    resets: int
    """Seconds until the day ends."""

    @property
    def sentence(self) -> str:
        whose = "You have" if self.counter.who == "person" else "Your workspace has"
        limit = f"{self.counter.calls:,} calls" if self.what == "calls" else f"{self.counter.usd:.2f} USD"
        return f"{whose} used up what model calls may take in a day ({limit}). It starts anew {_in(self.resets)}."


def counters(settings: Settings, person: str | None) -> tuple[Counter, ...]:
    """Return the counters of a person (`platform:workspace:person`), the person's first; none for nobody."""
    if not person:
        return ()
    own = Counter("person", person, settings.daily_calls, settings.daily_usd)
    workspace = keys.workspace_of(person)
    if not workspace:
        return (own,)
    shared = Counter("workspace", workspace, settings.workspace_daily_calls, settings.workspace_daily_usd)
    return own, shared


@dataclass
class Purse:
    """What one piece of work spends. It reserves calls a few at a time and hands them out.

    `each` is what a call is likely to cost in USD; with None, where that is not known before, it ends once what calls
    did cost has reached the cap. Close it with `settle`, or the last of what was reserved is free again only after the
    lease.
    """

    connection: Connection
    counters: tuple[Counter, ...]
    each: float | None = None
    lease: float = LEASE
    insist: Insist | None = None
    """Runs an attempt again while the store is gone."""
    refused: Refusal | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    _free: int = 0
    """Reserved calls that are not handed out."""
    _used: int = 0
    """Handed out and not settled."""
    _paid: int = 0
    """Millionths of a USD that calls cost and that are not settled."""
    _under_way: int = 0
    _asked: float = 0.0
    _step: int = 0
    _open: tuple[int, int] | None = None
    """What a step settles that the store broke off."""
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def spend(self, calls: int = 1) -> bool:
        """Return True where this many more calls may be made, else False with `refused` set. Raises StoreError."""
        async with self._lock:
            if self._free < calls or time.monotonic() - self._asked > self.lease / 4:
                self.refused = await self._reserve(max(calls, AT_ONCE))
            if self._free < calls:
                return False
            self._free -= calls
            self._used += calls
            self._under_way += calls
            return True

    def paid(self, usd: float | None, calls: int = 1) -> None:
        """Note that calls have ended and what they cost together."""
        self._under_way = max(0, self._under_way - calls)
        self._paid += math.ceil((usd or 0.0) * MICRO)

    async def settle(self) -> None:
        """Count what was used and give back the rest; more can be spent afterwards. Raises StoreError."""
        async with self._lock:
            self._under_way = 0
            await self._reserve(0)

    async def _reserve(self, wanted: int) -> Refusal | None:
        """Settle what was used and hold `wanted` calls in every counter, or as many as all allow; return what cut them.

        Where the store fails in between, the same step is taken again, so that no counter counts a call twice.
        """
        self._open = self._open or (self._used, self._paid)
        used, paid = self._open
        granted, refusal = wanted, None
        for counter in self.counters:
            got, why, resets = await self._ask(counter, used, paid, granted)
            if got < granted:
                granted, refusal = got, Refusal(counter, "usd" if why == "usd" else "calls", resets)
        self._open = None
        self._step += 1
        self._used -= used
        self._paid -= paid
        self._free, self._asked = granted, time.monotonic()
        return refusal

    async def _ask(self, counter: Counter, used: int, paid: int, wanted: int) -> tuple[int, str, int]:
        each = math.ceil((self.each or 0.0) * MICRO)
        caps = (counter.calls, round(counter.usd * MICRO), int(self.lease * 1000))
        arguments = (self.id, str(self._step), used, paid, wanted, each, each * self._under_way, *caps)

        async def attempt() -> Answer:
            return await self.connection.run("spend", [counter.key, counter.listed], *arguments, counter.member)

        granted, why, resets = await (self.insist(attempt) if self.insist else attempt())
        return int(granted), str(why), int(resets)


def _in(seconds: int) -> str:
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < 90:
        return f"in {minutes} minute{'' if minutes == 1 else 's'} (00:00 UTC)"
    return f"in {round(minutes / 60)} hours (00:00 UTC)"
