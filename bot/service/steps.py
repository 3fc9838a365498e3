"""The event loop, shared among the turns of many people: in steps, those of a burst behind those of all others."""

import asyncio
import time
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

from bot.text.apart import NOTHING, Fair

T = TypeVar("T")

SHORT = 0.001
"""Seconds of steps that one round of the event loop may have together."""
LIKELY = 0.01
"""Seconds that all steps of a piece of work together are likely to take."""


class Steps(Fair):
    """The event loop, for work of many people that is done on it: one step after the other, in some of its time.

    A step is what is done between two waits. It is that of whoever had least of them lately. Short ones share a round
    of the loop. What else that is for, such as acknowledging what comes in, waits for no more than these or one long
    one, and has as long as that took before the next, unless that is of somebody who had less than half as much. A
    piece of work counts as it begins for what it is likely to take: who brings ten at once is behind all who bring one.
    """

    def __init__(self) -> None:
        super().__init__(1)
        self._in_round = 0.0
        """Seconds that steps took in this round of the loop."""
        self._less = NOTHING
        """What is less than half as much as whose step was last has had."""

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
                    if self._free and self._had.get(whose, NOTHING) < self._less:
                        self._give(whose)
                    else:
                        yield from self._wait(whose, None).__await__()
                    given = True
                except GeneratorExit:
                    raise
                except BaseException as error:  # told to end, which it does at once
                    raised = error
                began = time.perf_counter()
                try:
                    waits = work.send(None) if raised is None else work.throw(raised)
                except StopIteration as ended:
                    return ended.value
                finally:
                    if given:
                        self._stepped(loop, whose, time.perf_counter() - began)
                raised = None
                try:
                    yield waits
                except GeneratorExit:
                    raise
                except BaseException as error:
                    raised = error
        finally:
            work.close()

    def _stepped(self, loop: asyncio.AbstractEventLoop, whose: str, spent: float) -> None:
        if not self._in_round:
            loop.call_soon(self._next_round)
        self._in_round += spent
        if self._in_round < SHORT:  # others go on in this round: what they ask of the store goes in one write
            self._note(whose, spent)
            self._take_back(whose)
            self._call_next()
        else:  # only after what else is ready in this round
            loop.call_soon(self._end, whose, spent)

    def _next_round(self) -> None:
        self._in_round = 0.0

    def _end(self, whose: str, spent: float) -> None:
        self._note(whose, spent)
        self._take_back(whose)
        self._less = self._had[whose] - 1.0
        if self._order and self._order[0][0] >= self._less:
            asyncio.get_running_loop().call_later(spent, self._call_next)
        else:
            self._call_next()
