"""Hundreds of random runs of the scripts: workers that crash, stall and overtake each other lose and repeat nothing.

The workers are real code on a real server; only time is ours. A worker halts before and after everything it asks of
the server and after every send, and a random order decides who goes on next, who crashes where it stands, whose lock
runs out, and which events come twice.
"""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.platform.port import Delivered, Delivery, RetryLater
from bot.service import conversation as handling
from bot.service import outbox
from bot.service.conversation import Handler
from bot.service.intake import accept
from bot.service.outbox import Outside
from bot.store import keys, lease, ready
from bot.store.connection import Connection, connect
from bot.store.consultations import Store
from bot.store.errors import Conflict, LockLost
from bot.store.lease import Held
from tests.store.servers import server
from tests.store.talking import Platform, answer, event, remembered

RUNS, PARTS = 800, 4
FIRST_SEED = 20261102
CONVERSATIONS = ("a", "b")
WORKERS = 3
KEEP = 3_600_000


class Clock:
    """The time that workers see."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Actor:
    """One worker that goes on only when it is told to."""

    def __init__(self, run: "Run", name: str):
        self.run, self.name = run, name
        self.halted = asyncio.Event()
        self.go: asyncio.Future[None] = asyncio.Future()
        self.connection = Halting(**vars(run.connection), actor=self)
        store = Store(self.connection)
        self.handler = Handler(store, answer, Outside(self.connection, self.deliver, name, 6.0, KEEP), None)
        self.task = asyncio.create_task(self.work())
        self.task.add_done_callback(lambda _: self.halted.set())

    async def halt(self) -> None:
        self.go = asyncio.Future()
        self.halted.set()
        await self.go

    async def step(self) -> None:
        """Let it go on until it halts again."""
        await self.halted.wait()
        if not self.task.done():
            self.halted.clear()
            self.go.set_result(None)
            await self.halted.wait()

    async def crash(self) -> None:
        await self.halted.wait()
        self.task.cancel()
        with suppress(asyncio.CancelledError):
            await self.task

    async def deliver(self, delivery: Delivery) -> Delivered | RetryLater:
        # Two milliseconds are long for this server, and forever for a worker whose clock stands still.
        pause = self.run.dice.choice([0, 0.002])
        match self.run.dice.choice(["arrives", "arrives", "arrives", "not now", "lost", "lost answer"]):
            case "arrives":
                self.run.platform.show(delivery)
                await self.halt()
                return Delivered()
            case "lost answer":
                self.run.platform.show(delivery)
                await self.halt()
                return RetryLater(pause)
            case "lost":
                return RetryLater(pause)
            case _:
                return RetryLater(pause, in_doubt=False)

    async def work(self) -> None:
        while True:
            found = await self.find()
            for one in found:
                held = await lease.take(self.connection, one)
                if not isinstance(held, Held):
                    continue
                try:
                    await self.handler.work(held, lambda: False)
                except LockLost:
                    pass
                except Conflict:
                    with suppress(LockLost):
                        await lease.release(self.connection, held.lease, "back")

    async def find(self) -> list[ready.Ready]:
        if self.run.dice.random() < 0.3:
            return await self.run.sweep(self.connection, self.name)
        await self.halt()
        found = await self.run.unread(self.name)
        await self.halt()
        return found


@dataclass(frozen=True)
class Halting(Connection):
    """A connection whose worker can be stopped before and after each script."""

    actor: Any = None

    async def run(self, name: str, keys: list[str], *args: str | int, intake: bool = False) -> Any:
        await self.actor.halt()
        done = await super().run(name, keys, *args, intake=intake)
        await self.actor.halt()
        return done


@dataclass
class Run:
    """One random run."""

    connection: Connection
    dice: random.Random
    platform: Platform
    clock: "Clock"

    @property
    def partitions(self) -> list[keys.Partition]:
        return [keys.of_partition(number) for number in sorted({keys.partition(name) for name in CONVERSATIONS})]

    async def unread(self, name: str) -> list[ready.Ready]:
        """Read what nobody has read, without blocking: it is there or not."""
        found: list[ready.Ready] = []
        for held in self.partitions:
            read = ("XREADGROUP", "GROUP", keys.GROUP, name, "COUNT", 1, "STREAMS", held.ready, ">")
            for _, entries in await self.connection.call(*read):
                found += [ready.Ready(id, fields["c"], fields.get("w", "")) for id, fields in entries]
        return found

    async def waiting(self) -> int:
        return sum([await self.connection.call("ZCARD", held.due) for held in self.partitions])

    async def sweep(self, connection: Connection, name: str) -> list[ready.Ready]:
        """Sweep the partitions in use, as if all time-outs had passed."""
        found: list[ready.Ready] = []
        for held in self.partitions:
            (claimed,) = await connection.run("sweep", [held.ready, held.due], keys.GROUP, name, 0, KEEP)
            found += [ready.Ready(*entry) for entry in claimed]
        return found

    async def pass_time(self) -> None:
        """Let all locks run out; their holders can tell by their clocks, if they look."""
        self.clock.now += lease.LOCK
        await self.connection.call("DEL", *(keys.of_conversation(name).lock for name in CONVERSATIONS))


async def play(connection: Connection, clock: Clock, seed: int) -> None:
    dice = random.Random(seed)
    run = Run(connection, dice, Platform(), clock)
    await connection.call("FLUSHALL")
    await run.sweep(connection, "nobody")
    accepted: dict[str, list[str]] = {name: [] for name in CONVERSATIONS}
    coming = [event(dice.choice(CONVERSATIONS), n) for n in range(dice.randint(1, 6))]
    coming += dice.sample(coming, dice.randint(0, len(coming)))
    dice.shuffle(coming)
    actors = [Actor(run, f"w{n}") for n in range(WORKERS)]
    made = WORKERS
    chaos = dice.choice([0.0, 0.1, 0.3])
    for _ in range(dice.randint(10, 40)):
        if coming and dice.random() < 0.3:
            arrived = coming.pop()
            if await accept(connection, arrived, keep=KEEP):
                accepted[arrived.conversation].append(arrived.message)
        if dice.random() < chaos:
            if dice.random() < 0.5:
                await run.pass_time()
            else:
                fallen = dice.randrange(len(actors))
                await actors[fallen].crash()
                actors[fallen], made = Actor(run, f"w{made}"), made + 1
        actor = dice.choice(actors)
        for _ in range(dice.choice([1, 1, 2, 5])):
            await actor.step()
    for arrived in coming:
        if await accept(connection, arrived, keep=KEEP):
            accepted[arrived.conversation].append(arrived.message)
    for actor in actors:
        await actor.crash()
    await finish(run)
    for name in CONVERSATIONS:
        case, _ = await Store(connection).load(name)
        assert run.platform.answered(name) == accepted[name]
        assert remembered(case) == accepted[name]
        assert sorted(accepted[name], key=int) == sorted(set(accepted[name]), key=int)
    left = await connection.call("KEYS", "*")
    kinds = {"inbox", "outbox", "lock", "due", "tries", "failures", "dead"}
    assert not [key for key in left if key.split(":")[2] in kinds], left
    assert [await connection.call("XLEN", held.ready) for held in run.partitions] == [0] * len(run.partitions)


async def finish(run: Run) -> None:
    """Let one worker do what is left, undisturbed: if anything was stranded, it stays."""

    async def deliver(delivery: Delivery) -> Delivered:
        return run.platform.show(delivery)

    handler = Handler(Store(run.connection), answer, Outside(run.connection, deliver, "last", 6.0, KEEP), None)
    await run.pass_time()
    while True:
        found = [*await run.sweep(run.connection, "last"), *await run.unread("last")]
        for one in found:
            held = await lease.take(run.connection, one)
            if isinstance(held, Held):
                await handler.work(held, lambda: False)
        if not found and not await run.waiting():
            return


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_event_is_answered_once_and_in_order(tmp_path: Path, part: int, monkeypatch: pytest.MonkeyPatch):
    clock = Clock()
    monkeypatch.setattr(handling, "TRIES", 1000)  # nothing is wrong with these events, only with the workers
    monkeypatch.setattr(handling, "DEATHS", 1000)
    monkeypatch.setattr(handling, "APART", 0)
    for module in (lease, outbox, handling):
        monkeypatch.setattr(module, "time", clock)
    per_part = RUNS // PARTS
    seeds = range(FIRST_SEED + part * per_part, FIRST_SEED + (part + 1) * per_part)
    print(f"seeds {seeds.start} to {seeds.stop - 1}")
    # In memory only: nothing here is about the disk.
    with server(tmp_path, "--unixsocket", str(tmp_path / "s"), "--unixsocketperm", "700"):
        connection = connect(f"unix://{tmp_path / 's'}")
        for seed in seeds:
            try:
                await play(connection, clock, seed)
            except BaseException:
                print(f"failed with seed {seed}")
                raise
        await connection.close()
