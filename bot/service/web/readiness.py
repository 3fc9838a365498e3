"""Whether this process can do its part."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.platform.port import Platform
from bot.store import keys
from bot.store.connection import Connection
from bot.store.dead_letters import SIGN_OF_LIFE, abandoned, dead_letters, oldest_waiting
from bot.store.errors import StoreError

PROBE = 60_000
"""Milliseconds that what is written to see whether the store takes it stays there."""
LIMIT = 2.0
"""Seconds for the store to answer everything."""
SILENT = 8.0
"""Seconds for which an answer of a platform's socket may be overdue."""
WAITED = 300.0
"""Seconds after which an event that waits says that workers get nowhere; a turn that calls a slow model takes less."""


@dataclass(frozen=True)
class Readiness:
    """Whether this process can do its part: the store, the platforms, and what waits."""

    role: str
    stopping: bool
    store_ms: float | None
    """None where the store does not answer."""
    ages: dict[str, float | None]
    """Seconds since each platform was last heard from, None where it is not connected."""
    oldest_waiting: float | None
    dead_letters: int | None
    refuses: Literal["", "full", "read-only"] = ""
    """Why the store takes no writes, where it answers and does not."""
    abandoned: bool = False
    """True where events wait and no worker shows a sign of life."""
    workers: int | None = None
    """How many worker processes of this one serve; None where it has none of its own."""

    @property
    def problems(self) -> list[str]:
        """What is in the way, each in a sentence."""
        found = ["stopping: this process is told to end."] if self.stopping else []
        if self.store_ms is None:
            found.append("store: it does not answer.")
        elif self.refuses == "full":
            found.append("store: it is full and takes no writes; make room there.")
        elif self.refuses:
            found.append("store: it takes no writes; it may be a replica that can only be read.")
        for name, age in self.ages.items():
            if age is None:
                found.append(f"{name}: not connected.")
            elif age > SILENT:
                found.append(f"{name}: no answer for {age:.0f} s.")
        if self.workers == 0:
            found.append("workers: none is alive; those that ended are being started again.")
        if self.abandoned:
            found.append(f"waiting: the oldest event waits for {self.oldest_waiting:.0f} s, and no worker is alive.")
        elif self.oldest_waiting is not None and self.oldest_waiting > WAITED:
            found.append(f"waiting: the oldest event has waited for {self.oldest_waiting:.0f} s.")
        return found

    @property
    def ready(self) -> bool:
        """True where nothing is in the way."""
        return not self.problems

    def told(self) -> dict[str, Any]:
        """Return what /readyz says."""
        answers = self.store_ms is not None
        return {
            "ready": self.ready,
            "problems": self.problems,
            "role": self.role,
            "store": {"answers": answers, "ms": self.store_ms, "writes": answers and not self.refuses},
            "platforms": self.ages,
            "oldest_waiting_seconds": self.oldest_waiting,
            "dead_letters": self.dead_letters,
            **({} if self.workers is None else {"workers": self.workers}),
        }


async def look(
    connection: Connection, role: str, platforms: Sequence[Platform], *, stopping: bool, workers: int | None = None
) -> Readiness:
    """Look at everything; nothing raises."""
    took: float | None = None
    refuses: Literal["", "full", "read-only"] = ""
    waiting: float | None = None
    letters: int | None = None
    alone = False
    try:
        async with asyncio.timeout(LIMIT):
            began = time.perf_counter()
            await connection.call("PING")
            took = round((time.perf_counter() - began) * 1000, 2)
            refuses = await _refuses(connection)
            waiting = await oldest_waiting(connection)
            alone = waiting > SIGN_OF_LIFE and await abandoned(connection)
            letters = len(await dead_letters(connection))
    except (StoreError, TimeoutError):
        took = None
    ages = {each.name: each.age() for each in platforms}
    return Readiness(role, stopping, took, ages, waiting, letters, refuses, alone, workers)


async def _refuses(connection: Connection) -> Literal["", "full", "read-only"]:
    """Return why the store takes no writes; nothing where it does. Raises StoreError where it does not answer."""
    try:
        await connection.call("SET", keys.key(0, "probe"), "1", "PX", PROBE)
    except StoreError as error:
        if error.kind == "slow":
            raise
        return "full" if error.kind == "full" else "read-only"
    return ""
