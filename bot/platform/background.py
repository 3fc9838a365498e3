"""Small work behind an acknowledgement: kept until it is done, and never in the way of anything."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable


def type_of(error: Exception) -> str:
    """Name an error by its type alone: its text may hold a token, or a person's words."""
    return type(error).__name__


class Tasks:
    """What runs behind; a failure is one line in the log, with a reference.

    `cause` names an error there: by the platform's word for it, and never by its text.
    """

    def __init__(self, log: logging.Logger, cause: Callable[[Exception], str] = type_of) -> None:
        self._log, self._cause = log, cause
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Awaitable[object], what: str) -> "asyncio.Task[None]":
        """Run it; `what` says in the log what could not be done. The task itself never fails."""
        task = asyncio.create_task(self._watched(work, what))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def drain(self, seconds: float) -> None:
        """Wait for what runs, and end what takes longer."""
        if running := tuple(self._running):
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _watched(self, work: Awaitable[object], what: str) -> None:
        try:
            await work
        except Exception as error:
            self._log.warning("%s failed (%s). (Reference %s.)", what, self._cause(error), secrets.token_hex(3))
