"""Work that grows with what people send: in processes of its own, with a limit of time and of memory.

The event loop of a service acknowledges everybody's messages, so nothing that one of them sent may hold it up. Whoever
has had least of the processes lately goes first: a burst delays what else it brought, and hardly anybody else.
"""

import asyncio
import os
import pickle
import signal
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar, Token
from heapq import heappop, heappush
from itertools import count
from math import inf, log2
from typing import Any, ParamSpec, Protocol, Self, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

SMALL = 1_000
"""Characters up to which work is done in place: it takes no longer than to hand it over."""
SECONDS = 15.0
"""Processor time that one piece of work may take."""
LONGEST = 45.0
"""Seconds that it may take by the clock, with the start of its process, on a machine that is busy with other things."""
PATIENCE = 20.0
"""Seconds that it waits for a process."""
MEMORY = 1024 * 2**20
"""Bytes that a process may have for data."""
FORGETS = 600.0
"""Seconds in which what somebody has had of the processes counts only half as much."""
LITTLE = 20.0
"""Seconds up to which somebody has mostly had little lately: for them some places may be kept."""
NOTHING = -inf
MOST_NOTED = 1_000
MOST = 4
"""Processes of one service."""
BEHIND = 15
"""By how much their work is less urgent than that of the service."""


class TooMuch(Exception):
    """Say that a piece of work took too long or too much memory, or that too many others wait (`busy`)."""

    def __init__(self, said: str, *, busy: bool = False) -> None:
        super().__init__(said)
        self.busy = busy

    def sentence(self, instead: str) -> str:
        """Return what is said of it: to do this instead, or where it passes by itself, to come again."""
        return f"{self}: {'send it again in a few minutes' if self.busy else instead}."


class Apart(Protocol):
    """Do work on behalf of somebody; TooMuch where it takes more than it may."""

    def __call__(
        self, whose: str, work: Callable[P, T], *args: P.args, **named: P.kwargs
    ) -> Coroutine[Any, Any, T]: ...


async def in_place(whose: str, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Do the work here and now, as at a terminal, where nobody else waits."""
    return work(*args, **named)


class Fair:
    """Places that are given to whoever has had least of them lately.

    The last `kept` of them are only for who holds fewer than `few`, and the fewer of them the more of `little` seconds
    somebody has had lately: however many places the work of a few takes for long, everybody else finds one.
    """

    def __init__(self, places: int, kept: int = 0, *, few: int = 1, little: float = LITTLE) -> None:
        self._free = places
        self._kept, self._few, self._little = kept, few, little
        self._holds: dict[str, int] = {}
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self._order: list[tuple[float, int, str]] = []
        """A heap of those who wait, by what they had when they were put there; who has had more since goes back."""
        self._came = count()
        self._had: dict[str, float] = {}
        """The logarithm of the seconds that each has had: all halve at one pace, so that their order stays."""

    def place(self, whose: str, patience: float | None = None) -> "Place":
        """Return a place to hold while it is entered; TimeoutError where none is free for that many seconds."""
        return Place(self, whose, patience)

    def leaves(self, whose: str) -> float:
        """Return how many places stay free for others where somebody takes one more than they hold."""
        # What is held counts as a second, since nobody knows for how long it will be.
        had = 2 ** (self._had.get(whose, NOTHING) - time.monotonic() / FORGETS) + self._holds.get(whose, 0)
        return self._kept * min(1.0, had / self._little)

    async def passed(self, whose: str) -> None:
        """Wait for a place that is held for this round of the event loop alone."""
        place = self.place(whose)
        await place.take()
        asyncio.get_running_loop().call_soon(place.leave)

    async def _wait(self, whose: str, patience: float | None) -> None:
        if self._may(whose) and (not self._waiting or self._free <= self._kept):
            self._give(whose)
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if whose not in self._waiting:
            self._waiting[whose] = deque()
            self._put(whose)
        self._waiting[whose].append(called)
        try:
            if patience is None:
                await called
            else:
                await asyncio.wait_for(called, patience)
        except BaseException:
            if called.done() and not called.cancelled():  # called in the moment in which it gave up
                self._take_back(whose)
            self._call_next()
            raise

    def _leave(self, whose: str, seconds: float) -> None:
        self._note(whose, seconds)
        self._take_back(whose)
        self._call_next()

    def _may(self, whose: str) -> bool:
        if self._free > self._kept or not self._free:
            return self._free > 0
        return self._holds.get(whose, 0) < self._few and self._free > self.leaves(whose)

    def _give(self, whose: str) -> None:
        self._free -= 1
        self._holds[whose] = self._holds.get(whose, 0) + 1

    def _take_back(self, whose: str) -> None:
        self._free += 1
        self._holds[whose] -= 1
        if not self._holds[whose]:
            del self._holds[whose]

    def _call_next(self) -> None:
        passed: list[str] = []
        while self._free and (whose := self._first()) is not None:
            if self._may(whose):
                self._call(whose)
            else:
                passed.append(heappop(self._order)[2])
        for whose in passed:
            self._put(whose)

    def _first(self) -> str | None:
        """Return who comes first of those who wait, or None where nobody does."""
        while self._order:
            had, _, whose = self._order[0]
            waiting = self._waiting[whose]
            while waiting and waiting[0].done():  # it gave up
                waiting.popleft()
            if waiting and self._had.get(whose, NOTHING) <= had:
                return whose
            heappop(self._order)
            if waiting:
                self._put(whose)
            else:
                del self._waiting[whose]
        return None

    def _call(self, first: str) -> None:
        heappop(self._order)
        self._give(first)
        self._waiting[first].popleft().set_result(None)
        self._put(first)

    def _put(self, whose: str) -> None:
        heappush(self._order, (self._had.get(whose, NOTHING), next(self._came), whose))

    def _note(self, whose: str, seconds: float) -> None:
        since = time.monotonic() / FORGETS
        had = 2 ** (self._had.pop(whose, NOTHING) - since) + seconds
        self._had[whose] = (log2(had) if had else NOTHING) + since
        if len(self._had) > MOST_NOTED:
            del self._had[next(iter(self._had))]


class Place:
    """One that somebody holds, and may leave for a while."""

    def __init__(self, among: Fair, whose: str, patience: float | None = None) -> None:
        self.whose = whose
        self._among, self._patience = among, patience
        self._since: float | None = None
        self._away = 0

    async def __aenter__(self) -> Self:
        await self.take(self._patience)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    async def take(self, patience: float | None = None) -> None:
        await self._among._wait(self.whose, patience)  # pyright: ignore[reportPrivateUsage]
        if self._since is not None:  # taken again meanwhile by another task of the same work
            self._among._leave(self.whose, 0.0)  # pyright: ignore[reportPrivateUsage]
        else:
            self._since = time.monotonic()

    def leave(self) -> None:
        """Give it to the next, where it is held."""
        if self._since is not None:
            since, self._since = self._since, None
            self._among._leave(self.whose, time.monotonic() - since)  # pyright: ignore[reportPrivateUsage]

    @asynccontextmanager
    async def left(self) -> AsyncGenerator[None]:
        """Leave it to others while something else is waited for."""
        self._away += 1
        self.leave()
        try:
            yield
        finally:
            self._away -= 1
            if not self._away and self._since is None:
                await self.take()


_worked_on: ContextVar[Place | None] = ContextVar("worked_on", default=None)


def worked_on_at(place: Place) -> Token[Place | None]:
    """Note where the work of the running task is done, for `elsewhere`; the token is for `worked_on_before`."""
    return _worked_on.set(place)


def worked_on_before(noted: Token[Place | None]) -> None:
    """Note that the work is done again where it was before."""
    _worked_on.reset(noted)


def worked_for() -> str:
    """Return on whose behalf the running task works, "" where on nobody's."""
    place = _worked_on.get()
    return place.whose if place else ""


@asynccontextmanager
async def elsewhere() -> AsyncGenerator[None]:
    """Leave the place of the running task while it waits for what may take long: places are for those who work."""
    place = _worked_on.get()
    if place is None:
        yield
        return
    async with place.left():
        yield


class Processes:
    """A few processes, begun when there is work for them; they end with the event loop."""

    def __init__(
        self, most: int | None = None, *, seconds: float = SECONDS, longest: float = LONGEST, patience: float = PATIENCE
    ) -> None:
        # One core is left for those who acknowledge.
        self._fair = Fair(most or min(MOST, max(1, (os.cpu_count() or 2) - 1)))
        self._seconds, self._longest, self._patience = seconds, longest, patience

    async def __call__(self, whose: str, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do the work in a process, where it is not small; what it is given and returns can be pickled."""
        if is_small(*args, **named):
            return work(*args, **named)
        # Imported where it is used: a terminal needs none of it.
        from anyio import BrokenWorkerProcess, CapacityLimiter
        from anyio.to_process import run_sync

        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(self._fair.place(whose, self._patience))
            except TimeoutError as error:
                raise TooMuch("I have too much to read at the moment", busy=True) from error
            try:
                async with asyncio.timeout(self._longest):
                    packed = pickle.dumps((work, args, named))
                    return await run_sync(
                        _limited, MEMORY, self._seconds, packed, cancellable=True, limiter=CapacityLimiter(1)
                    )
            except TimeoutError as error:
                raise TooMuch("I have too much to read at the moment", busy=True) from error
            except (MemoryError, RecursionError, BrokenWorkerProcess) as error:
                raise TooMuch("That took me too long to read") from error


def is_small(*args: object, **named: object) -> bool:
    """Tell whether work on this is done in place."""
    return _size((*args, *named.values())) <= SMALL


def _size(given: Any) -> int:
    """Return the characters in what is given, and in lists of it."""
    if isinstance(given, str | bytes):
        return len(given)
    return sum(map(_size, cast(Sequence[Any], given))) if isinstance(given, list | tuple) else 0


_ready = False


def _limited(memory: int, seconds: float, packed: bytes) -> Any:
    """Do the work within the limits of a process of ours, behind those who acknowledge.

    It comes packed, since to unpack it loads most of what a process has: that too is behind them.
    """
    global _ready
    if not _ready:
        import resource

        # Not everywhere can it be set; the limit of time is there in any case.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
        os.nice(BEHIND)
        _ready = True
    work, args, named = pickle.loads(packed)  # noqa: S301  from the process that began this one
    # It ends the process: nothing else interrupts a search that never comes back.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return work(*args, **named)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
