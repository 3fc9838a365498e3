"""Small work behind an acknowledgement: kept until it is done, and never in the way of anything."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable

log = logging.getLogger("advisor.discord")


class Tasks:
    """What runs behind; a failure is one line in the log, with a reference."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Awaitable[object], what: str) -> None:
        """Run it; `what` says in the log what could not be done."""
        task = asyncio.create_task(_watched(work, what))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for what runs, and end what takes longer."""
        if running := tuple(self._running):
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def _watched(work: Awaitable[object], what: str) -> None:
    try:
        await work
    except Exception as error:
        log.warning("%s failed (%s). (Reference %s.)", what, cause(error), secrets.token_hex(3))


def cause(error: Exception) -> str:
    """Return Discord's code of an error, or its type; never its text, which may hold a token or a person's words."""
    code = getattr(error, "code", None)
    return f"{type(error).__name__} {code}" if isinstance(code, int) and code else type(error).__name__
