"""A worker: takes what is ready, one conversation at a time by one worker, and keeps hold of it while it works.

    take all that waits -> turn -> commit -> deliver -> what came meanwhile is the next batch

A crash at any point replays: events leave the inbox only in the commit, what the commit put into the outbox stays
there until it is known to have arrived, and a ready entry goes only in a script that sees both empty.
"""

import asyncio
import logging
import os
import random
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.platform.port import Deliver
from bot.service.conversation import Apology, Handler, Turn
from bot.service.damage import mend
from bot.service.outbox import Outside
from bot.service.steps import Steps
from bot.store import keys, lease, ready
from bot.store.connection import keep_trying, pause_after
from bot.store.consultations import Store
from bot.store.errors import PASSING, Conflict, LockLost, StoreError
from bot.store.lease import Busy, Held, Lease
from bot.store.ready import Ready
from bot.text.apart import Fair, worked_on_at

log = logging.getLogger("advisor.worker")

MOST = 4_096
"""Conversations that are worked on or wait for it here, more are left to other workers. So many, since the order among
them is fair and that in the store is not: what a flood stored lies there before the words of all others."""

AT_ONCE = 16
"""Entries of a partition that are read in one go."""
PATIENCE = 2.0
"""Seconds for which a store that is gone or slow is asked again for a conversation, and to let go of one."""
AGAIN = 0.5
"""Seconds until a turn is taken again that the store held up: somebody waits for it, and the lock lasts longer."""
AGAIN_AT_MOST = 8.0
"""The same for one that is held up again and again: it may ask a model each time."""


@dataclass(frozen=True)
class Timing:
    """How fast a worker notices things, in seconds."""

    lock: float = lease.LOCK
    idle: float = ready.IDLE
    sweep: float = 1.0
    drain: float = 25.0


class Worker:
    """Works on conversations until it is told to stop; any number of workers share a store."""

    def __init__(
        self,
        store: Store,
        turn: Turn,
        deliver: Deliver,
        *,
        turns: int = 128,
        timing: Timing | None = None,
        apology: Apology | None = None,
    ):
        self.connection = store.connection
        self.timing = timing or Timing()
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        out = Outside(store.connection, deliver, self.name, self.timing.lock, store.keep)
        self._handler = Handler(store, turn, out, apology)
        self._keep = store.keep
        self._here = 0
        self._room = asyncio.Event()
        self._room.set()
        self._turns = Fair(turns, turns // 2)
        """For those that are worked on: a burst of one person waits behind the words of all others. What waits is not
        taken yet, so a process that ends in the meantime says nothing against it."""
        self._steps = Steps()
        self._tasks: dict[Ready, asyncio.Task[None]] = {}
        """By the ready entries that are ours; an id alone may come in two partitions."""
        self._active: set[Ready] = set()
        """Entries whose conversation is held, or about to be."""
        self._leases: dict[Ready, Lease] = {}
        self._blameless: set[str] = set()
        """Conversations that were taken and lost by no fault of theirs, which is not told to the store yet."""
        self._held_up: dict[str, int] = {}
        """How often in a row the store held up a conversation's turn."""
        self._lost: set[int] = set()
        """Partitions of which an answer was lost that may have given us something."""
        self._misused: set[int] = set()
        """Partitions in whose keys something else lies, which was said."""
        self._swept = asyncio.Event()
        """Set once there is a consumer group to read with."""
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`, then finish what runs or hand it back within the drain time."""
        # A Cluster allows no command over two slots, so there each partition has a reader of its own.
        numbers = list(range(keys.PARTITIONS))
        parts = [[number] for number in numbers] if self.connection.cluster else [numbers]
        beating = asyncio.create_task(self._forever(self._beat))
        fetching = [asyncio.create_task(self._forever(step)) for step in (self._sweep, *self._readers(parts))]
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopped, beating, *fetching], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping = True
            ended = await _cancelled([stopped, *fetching])
            await self._drain()
            ended += await _cancelled([beating])
        for error in ended:
            if isinstance(error, Exception):
                raise error

    def _readers(self, parts: list[list[int]]) -> list[Callable[[], Awaitable[None]]]:
        return [partial(self._read, part) for part in parts]

    async def _forever(self, step: Callable[[], Awaitable[None]]) -> None:
        failed, task = 0, asyncio.current_task()
        # A wait for the store that ends in the moment in which it is told to forgets that it was.
        while task is None or not task.cancelling():
            try:
                await step()
                if failed:
                    log.warning("The store is back.")
                failed = 0
            except StoreError as error:
                if not failed:
                    log.warning("%s", error)
                failed += 1
                # Jittered, so that many workers do not all come back at the same moment.
                await asyncio.sleep(random.uniform(0.2, 1.0) * pause_after(failed, 2.0, 0.1))  # noqa: S311
                await self._revive()

    async def _revive(self) -> None:
        try:
            await self.connection.revive()
        except StoreError as error:
            log.warning("%s", error)

    async def _read(self, part: list[int]) -> None:
        await self._swept.wait()
        await self._room.wait()
        again = part[0] in self._lost
        try:
            given = await ready.wait(self.connection, self.name, part, MOST if again else AT_ONCE, again=again)
        except StoreError:
            self._lost.add(part[0])
            raise
        self._lost.discard(part[0])
        for found in given:
            self._begin(found)

    async def _sweep(self) -> None:
        misused: set[int] = set()
        for found in await ready.sweep(self.connection, self.name, idle=self.timing.idle, misused=misused):
            self._begin(found)
        if new := misused - self._misused:
            names = ", ".join(f"advisor:{{p{number:02}}}:*" for number in sorted(new))
            log.error("Conversations under %s wait: something else lies there, `advisor doctor` names the keys.", names)
        self._misused = misused
        self._swept.set()
        for conversation in list(self._blameless):
            with suppress(StoreError):  # tried again with the next sweep
                await lease.excuse(self.connection, conversation)
                self._blameless.discard(conversation)
        await asyncio.sleep(self.timing.sweep * random.uniform(0.8, 1.2))  # noqa: S311

    def _begin(self, found: Ready) -> None:
        if found not in self._tasks:
            self._tasks[found] = asyncio.create_task(self._stepping(found))

    async def _stepping(self, found: Ready) -> None:
        await self._steps.take(found.whose, self._see_to(found))

    async def _see_to(self, found: Ready) -> None:
        try:
            while True:
                try:
                    busy = await self._hold(found)
                except StoreError as error:
                    if error.kind != "misused" or not await self._mended(found.conversation):
                        raise
                    continue
                if busy is None or self._stopping:
                    return
                await asyncio.sleep(busy.seconds + random.uniform(0.01, 0.1))  # noqa: S311
        except StoreError as error:
            until = "its key is mended" if error.kind == "misused" else "the store is back"
            log.warning("A conversation waits until %s. %s", until, error)
            self._blameless.add(found.conversation)
        except LockLost:
            log.info("A conversation is another worker's by now.")
            self._blameless.add(found.conversation)
        finally:
            del self._tasks[found]

    async def _mended(self, conversation: str) -> bool:
        """Put aside what lies under the conversation's own keys and is none of ours; tell whether there was any."""
        try:
            return await mend(self.connection, conversation, self._keep)
        except StoreError:
            return False

    async def _hold(self, found: Ready) -> Busy | None:
        """Hold the conversation and work on it until nothing waits; return Busy where another worker holds it."""
        self._come(1)
        try:
            async with self._turns.place(found.whose) as place:
                worked_on_at(place)
                self._active.add(found)
                take = partial(lease.take, self.connection, found, lock=self.timing.lock, token=secrets.token_hex(6))
                held = await keep_trying(take, self.connection, PATIENCE)
                if not isinstance(held, Held):
                    return held
                self._leases[found] = held.lease
                await self._work(found, held)
        finally:
            self._leases.pop(found, None)
            self._active.discard(found)
            self._come(-1)
        return None

    def _come(self, more: int) -> None:
        self._here += more
        if self._here < MOST:
            self._room.set()
        else:
            self._room.clear()

    async def _work(self, found: Ready, held: Held) -> None:
        try:
            await self._handler.work(held, lambda: self._stopping)
            self._held_up.pop(found.conversation, None)
        except LockLost:
            raise
        except Conflict:
            log.info("A consultation was changed elsewhere; the turn is taken again.")
            await self._hand_back(held.lease)
        except asyncio.CancelledError:
            if found not in self._leases:
                raise LockLost(held.lease.conversation) from None
            await self._hand_back(held.lease)
            raise
        except StoreError as error:
            if error.kind not in PASSING:
                raise
            log.warning("A conversation waits for a moment. %s", error)
            self._blameless.add(found.conversation)
            before = self._held_up.get(found.conversation, 0)
            self._held_up[found.conversation] = before + 1
            wait = pause_after(before, AGAIN_AT_MOST, AGAIN)
            pause = partial(lease.release, self.connection, held.lease, "pause", wait=wait)
            await keep_trying(pause, self.connection, PATIENCE)

    async def _hand_back(self, held: Lease) -> None:
        try:
            await lease.release(self.connection, held, "back")
        except (StoreError, LockLost) as error:
            log.info("A conversation goes to another worker when its lock ends. %s", error)

    async def _beat(self) -> None:
        await asyncio.sleep(self.timing.lock / 4)
        held = list(self._leases.items())
        for start in range(0, len(held), ready.AT_ONCE):
            await asyncio.gather(*(self._renew(found, one) for found, one in held[start : start + ready.AT_ONCE]))

    async def _renew(self, found: Ready, held: Lease) -> None:
        try:
            await lease.renew(self.connection, held, self.name, lock=self.timing.lock)
            return
        except StoreError:
            if time.monotonic() < held.lasts:
                return
        except LockLost:
            pass
        if self._leases.get(found) is held:
            del self._leases[found]
            self._tasks[found].cancel()

    async def _drain(self) -> None:
        for found, task in self._tasks.items():
            if found not in self._active:
                task.cancel()
        if tasks := list(self._tasks.values()):
            _, late = await asyncio.wait(tasks, timeout=self.timing.drain)
            await _cancelled([*late])
        if not self._swept.is_set():
            return  # told to end before it had signed on
        try:
            await ready.leave(self.connection, self.name)
        except StoreError as error:
            log.warning("Could not sign off; others take over in %.0f s. %s", self.timing.idle, error)


async def _cancelled(tasks: Sequence[asyncio.Task[Any]]) -> list[Any]:
    for task in tasks:
        task.cancel()
    return list(await asyncio.gather(*tasks, return_exceptions=True))
