"""The AOF rewrite: what was deleted leaves the disk as well, as the embedded server writes its file anew.

Each write stands in that file until it is rewritten, and so do words that were deleted since. A server that is not ours
rewrites its file when it sees fit; its operator is told how to have it done.
"""

import asyncio
import logging
import time
from typing import Any

from bot.store.connection import Connection
from bot.store.errors import StoreError

log = logging.getLogger("advisor.store")

DAY = 24 * 3600.0
"""Seconds after which a file in use is rewritten in any case: what expired and what was edited away goes with it."""
POLL = 0.02
PATIENCE = 60.0
"""Seconds for one rewriting."""


class AofRewrite:
    """Rewrites the file of a server that is ours after a deletion; several that are due together are one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last = time.monotonic()
        self._due = False
        self._task: asyncio.Task[None] | None = None

    def due(self) -> None:
        """Rewrite the file soon."""
        if self._connection.host is None:
            return
        self._due = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._rewrite(), name="aof-rewrite")

    def in_use(self) -> None:
        """Rewrite the file where that was not done for a day."""
        if time.monotonic() - self._last > DAY:
            self.due()

    async def done(self) -> None:
        """Wait until nothing is due."""
        if self._task is not None:
            await self._task

    async def _rewrite(self) -> None:
        while self._due:
            self._due = False
            self._last = time.monotonic()
            try:
                async with asyncio.timeout(PATIENCE):
                    # One that runs began before the deletion.
                    await self._idle()
                    await self._connection.call("BGREWRITEAOF")
                    if not await self._idle():
                        raise StoreError("full", "The store could not write its file anew: make room on the disk.")
            except (StoreError, TimeoutError) as error:
                log.warning(
                    "What was deleted stays in the store's file until that is written anew, in a day or at the next "
                    "start. %s",
                    error,
                )

    async def _idle(self) -> bool:
        """Wait until no rewriting runs; tell whether the last one ended well."""
        while True:
            state: dict[str, Any] = await self._connection.call("INFO", "persistence")
            if not (state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"]):
                return state["aof_last_bgrewrite_status"] == "ok"
            await asyncio.sleep(POLL)
