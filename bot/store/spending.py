"""What people and workspaces spend on model calls in a day, by trials and turns: counted before, corrected after.

Each has one counter, a day is one of UTC by the server's clock. A call counts before it is made, at what it is likely
to cost, and what it did cost takes the place of that: a worker that dies leaves no call uncounted and holds nothing.
"""

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import InitVar, dataclass, field
from typing import Any, Literal

from bot.settings import Settings
from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError

REMEMBERED = 600.0
"""Seconds in which a step whose answer was lost is known to have been taken."""
DAY = 86_400
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


@dataclass(frozen=True)
class _Step:
    """What is asked of a counter in one go."""

    number: int
    calls: int
    usd: int
    day: int
    wanted: int = 0
    wanted_usd: int = 0


@dataclass
class _Account:
    """How a purse stands with a counter; money in millionths of a USD."""

    counter: Counter
    calls: int = 0
    """Calls to be added, or taken off again where it is below 0."""
    usd: int = 0
    day: int = 0
    """The day in which it last counted something."""
    steps: int = 0
    open: _Step | None = None
    """A step of which nobody knows whether it was taken: the store broke off."""


@dataclass
class Purse:
    """What one piece of work spends.

    `each` is what a call is likely to cost in USD, and no call begins that would pass a cap with it; with None, where
    that is not known before, it ends once what calls did cost has reached the cap. Close it with `settle`.
    """

    connection: Connection
    counters: InitVar[tuple[Counter, ...]]
    each: float | None = None
    insist: Insist | None = None
    """Runs an attempt again while the store is gone."""
    refused: Refusal | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    _accounts: tuple[_Account, ...] = ()
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self, counters: tuple[Counter, ...]) -> None:
        self._accounts = tuple(_Account(counter) for counter in counters)

    async def spend(self, calls: int = 1, *, usd: float | None = None) -> bool:
        """Count these calls and return True where they may be made, else False with `refused` set. Raises StoreError.

        `usd` is what they cost at most together, where `each` is not known; it does not keep them from being made.
        """
        async with self._lock:
            expected = _micro(usd) if self.each is None else calls * _micro(self.each)
            asked: list[_Account] = []
            try:
                for account in self._accounts:
                    why, resets = await self._ask(account, calls, expected)
                    if why:
                        self.refused = Refusal(account.counter, "usd" if why == "usd" else "calls", resets)
                        await self._take_off(asked, calls, expected)
                        return False
                    asked.append(account)
            except BaseException:
                for account in asked:
                    account.calls, account.usd = account.calls - calls, account.usd - expected
                raise
            return True

    def paid(self, usd: float | None, calls: int = 1, *, expected: float | None = None) -> None:
        """Note what calls cost that have ended, in place of what was `expected` of them together."""
        counted = calls * _micro(self.each) if expected is None else _micro(expected)
        for account in self._accounts:
            account.usd += _micro(usd) - counted

    @property
    def owes(self) -> bool:
        """True where calls cost more than was counted for them."""
        return any(account.usd > 0 for account in self._accounts)

    async def settle(self) -> None:
        """Count what calls did cost; more can be spent afterwards. Raises StoreError."""
        async with self._lock:
            for account in self._accounts:
                if account.calls or account.usd or account.open:
                    await self._ask(account, 0, 0)

    async def _take_off(self, accounts: Sequence[_Account], calls: int, usd: int) -> None:
        for account in accounts:
            account.calls, account.usd = account.calls - calls, account.usd - usd
        for account in accounts:
            try:
                await self._ask(account, 0, 0)
            except StoreError:
                continue  # with the next step

    async def _ask(self, account: _Account, wanted: int, usd: int) -> tuple[str, int]:
        """Bring a counter up to date, and count what is wanted; return why that may not be, and when a day begins.

        What the store broke off is asked again first, so that no call is counted twice; it was never made.
        """
        if (late := account.open) is not None:
            why, _ = await self._take(account, late)
            if late.wanted and not why:
                account.calls, account.usd = account.calls - late.wanted, account.usd - late.wanted_usd
        account.open = _Step(account.steps, account.calls, account.usd, account.day, wanted, usd)
        return await self._take(account, account.open)

    async def _take(self, account: _Account, step: _Step) -> tuple[str, int]:
        counter, strict = account.counter, int(self.each is not None)
        change = (self.id, str(step.number), step.calls, step.usd, step.day, step.wanted, step.wanted_usd, strict)
        caps = (counter.calls, round(counter.usd * MICRO), int(REMEMBERED * 1000), counter.member)

        async def attempt() -> Answer:
            return await self.connection.run("spend", [counter.key, counter.listed], *change, *caps)

        why, resets, day = await (self.insist(attempt) if self.insist else attempt())
        account.open, account.steps = None, account.steps + 1
        account.calls, account.usd, account.day = account.calls - step.calls, account.usd - step.usd, int(day)
        return str(why), int(resets)


def _micro(usd: float | None) -> int:
    return math.ceil(round((usd or 0.0) * MICRO, 3))


def _in(seconds: int) -> str:
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < 90:
        return f"in {minutes} minute{'' if minutes == 1 else 's'} (00:00 UTC)"
    return f"in {round(minutes / 60)} hours (00:00 UTC)"
