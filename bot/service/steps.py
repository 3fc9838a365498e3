"""The event loop, shared among the turns of many people: in steps, those of a burst behind those of all others."""

import asyncio
import time
from collections.abc import Coroutine, Generator
from math import log2
from types import coroutine
from typing import Any, TypeVar

from bot.text.apart import FORGETS, NOTHING, Fair

T = TypeVar("T")

SHORT = 0.001
"""Seconds of steps that one round of the event loop may have together."""
PLACES = 32
"""Steps that are called for one round of the event loop: what they ask of the store goes in one write."""
LIKELY = 0.01
"""Seconds that all steps of a piece of work together are likely to take."""
MUCH = 0.05
"""Seconds of steps from which somebody has had much lately: two answers."""
AWAITED = 0.02
"""Seconds for which the next step of somebody who had little is waited for: the store has answered by then."""
REST = 3.0
"""How many times as long as a step of somebody who had much none of such follows, while others come."""
LATELY = 1.0
"""Seconds for which it counts that somebody came who had little."""
LONGEST = 0.1
"""Seconds after which a step of those who had much is done in any case."""


class Steps(Fair):
    """The event loop, for work of many people that is done on it: one step after the other, in some of its time.

    A step is what is done between two waits. It is that of whoever had least of them lately. Short ones share a round
    of the loop. What else that is for, such as acknowledging what comes in, waits for no more than these or one long
    one, and has as long as that took before the next, unless that is of somebody who had less than half as much. A
    piece of work counts as it begins for what it is likely to take: who brings ten at once is behind all who bring one.
    """

    def __init__(self) -> None:
        super().__init__(PLACES)
        self._likely = SHORT
        """Seconds that a step is likely to take, after those that went before."""
        self._in_round = 0.0
        self._owed = 0.0
        """Seconds that steps took in this round of the loop, and that those who had much rest after it."""
        self._less = NOTHING
        """What is less than half as much as whose step was last has had."""
        self._rests = 0.0
        self._awaits = 0.0
        """Times before which no step begins of who had much: it rests, somebody else is likely to go on."""
        self._served = self._burst = NOTHING
        """When the last step was of somebody who had little, and of somebody who had much."""
        self._calling: asyncio.TimerHandle | None = None

    async def take(self, whose: str, work: Coroutine[Any, Any, T]) -> T:
        """Do the work, each step in its turn."""
        self._note(whose, LIKELY)
        return await self._taken(whose, work)

    @coroutine
    def _taken(self, whose: str, work: Coroutine[Any, Any, T]) -> Generator[Any, None, T]:
        loop, raised = asyncio.get_running_loop(), None
        try:
            while True:
                given = False
                try:
                    may = self._may(whose)
                    if may and (not self._waiting or self._had.get(whose, NOTHING) < self._less or self._holds_back()):
                        self._give(whose)
                    else:
                        if not may and self._holds_back():
                            self._call_later()
                        yield from self._wait(whose, None).__await__()
                        while self._in_round >= SHORT:  # a step of this round took longer than was likely
                            self._take_back(whose)
                            yield from self._wait(whose, None).__await__()
                    given = True
                except GeneratorExit:
                    raise
                except BaseException as error:  # told to end, which it does at once
                    raised = error
                began, goes_on = time.perf_counter(), False
                try:
                    waits = work.send(None) if raised is None else work.throw(raised)
                    goes_on = True
                except StopIteration as ended:
                    return ended.value
                finally:
                    if given:
                        self._stepped(loop, whose, time.perf_counter() - began, goes_on=goes_on)
                raised = None
                try:
                    yield waits
                except GeneratorExit:
                    raise
                except BaseException as error:
                    raised = error
        finally:
            work.close()

    def _may(self, whose: str) -> bool:
        called = PLACES - self._free
        if called and (not self._free or self._in_round + called * self._likely >= SHORT):
            return False
        return not (self._had_much(whose) and self._holds_back())

    def _holds_back(self) -> bool:
        return time.perf_counter() < self._begins()

    def _call_next(self) -> None:
        while (whose := self._first()) is not None and self._may(whose):
            self._call(whose)
        if whose is not None and self._free == PLACES:
            self._call_later()

    def _call_later(self) -> None:
        """Call again as soon as those who had much may go on."""
        loop = asyncio.get_running_loop()
        left = max(0.0, self._begins() - time.perf_counter())
        if self._calling is not None:
            if self._calling.when() <= loop.time() + left:
                return
            self._calling.cancel()
        self._calling = loop.call_later(left, self._called)

    def _called(self) -> None:
        self._calling = None
        self._call_next()

    def _begins(self) -> float:
        return min(max(self._rests, self._awaits), self._burst + LONGEST)

    def _had_much(self, whose: str) -> bool:
        return self._had.get(whose, NOTHING) >= log2(MUCH) + time.monotonic() / FORGETS

    def _stepped(self, loop: asyncio.AbstractEventLoop, whose: str, spent: float, *, goes_on: bool) -> None:
        now = time.perf_counter()
        if not self._had_much(whose):
            self._served, self._awaits = now, now + AWAITED if goes_on else 0.0
        else:
            self._burst = now
            if now < self._served + LATELY:
                self._owed += REST * spent
        if not self._in_round:
            loop.call_soon(self._next_round)
        self._in_round += spent
        self._likely = max(spent, 0.9 * self._likely)
        if self._in_round < SHORT:  # others go on in this round: what they ask of the store goes in one write
            self._note(whose, spent)
            self._take_back(whose)
            self._call_next()
        else:  # only after what else is ready in this round
            loop.call_soon(self._end, whose, spent)

    def _next_round(self) -> None:
        self._rests = max(self._rests, time.perf_counter()) + self._owed
        self._in_round = self._owed = 0.0

    def _end(self, whose: str, spent: float) -> None:
        self._note(whose, spent)
        self._take_back(whose)
        self._less = self._had[whose] - 1.0
        if self._order and self._order[0][0] >= self._less:
            asyncio.get_running_loop().call_later(spent, self._call_next)
        else:
            self._call_next()
