"""Real processes that are killed, halted, cut off and drained: every event is answered once, in order."""

import asyncio
import json
import os
import random
import signal
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bot.chat.reply import Reply, Text
from bot.platform.port import Delivery
from bot.service.intake import accept
from bot.store import keys
from bot.store.connection import Connection, connect
from bot.store.consultations import Store
from bot.store.errors import StoreError
from tests.store.servers import Server, server
from tests.store.talking import Platform, event, remembered
from tests.support.forked import Forked, start

SEEDS = (1, 2)
QUICK = {"lock": 1.0, "idle": 1.2, "sweep": 0.2, "drain": 10.0}
CONVERSATIONS = ("a", "b", "c")
PATIENCE = 90.0


class Stage:
    """A server, a platform on loopback, and worker processes."""

    def __init__(self, made: Server, port: int, folder: Path, platform: Platform):
        self.server, self.port, self.folder, self.platform = made, port, folder, platform
        self.url = f"redis://127.0.0.1:{made.port}/0"
        self.connection: Connection = connect(self.url)
        self.store = Store(self.connection, patience=PATIENCE)
        self.accepted: dict[str, list[str]] = {name: [] for name in CONVERSATIONS}
        self.workers: list[Forked] = []

    async def worker(self, **given: Any) -> Forked:
        settings = {"url": self.url, "platform": self.port, "timing": QUICK, "flag": str(self.folder / "flag"), **given}
        words = ["-m", "tests.store.victim", json.dumps(settings)]
        made = await start(words, os.environ, stdout=asyncio.subprocess.PIPE)
        self.workers.append(made)
        if not given.get("push"):
            await heard(made, "ready")
        return made

    async def say(self, conversation: str, number: int) -> None:
        began = time.monotonic()
        while True:
            try:
                stored = await accept(self.connection, event(conversation, number), keep=self.store.keep)
                break
            except StoreError:  # what a platform does: it sends the event again
                assert time.monotonic() - began < PATIENCE
                await asyncio.sleep(0.05)
        if stored or str(number) not in self.accepted[conversation]:
            self.accepted[conversation].append(str(number))

    async def all_answered(self) -> None:
        began = time.monotonic()
        while any(self.platform.answered(name) != words for name, words in self.accepted.items()):
            if time.monotonic() - began > PATIENCE:
                break
            await asyncio.sleep(0.05)
        for name, words in self.accepted.items():
            assert self.platform.answered(name) == words
            case, _ = await self.store.load(name)
            assert remembered(case) == words

    async def nothing_is_left(self) -> None:
        """What was accepted has gone out; only the cases and their counters stay."""
        streams = [keys.of_partition(n).ready for n in range(keys.PARTITIONS)]
        began = time.monotonic()
        while sum([await self.connection.call("XLEN", stream) for stream in streams]):
            # An entry that a dead worker had read, with nothing behind it, waits for the next sweep.
            assert time.monotonic() - began < PATIENCE
            await asyncio.sleep(0.05)
        kinds = {key.split(":")[2] for key in await self.connection.call("KEYS", "*")}
        assert kinds <= {"case", "claim", "person", "sizes", "full", "ready", "sequence"}


async def heard(process: Forked, word: str) -> None:
    assert process.stdout
    while (said := (await process.stdout.readline()).decode().strip()) != word:
        assert process.returncode is None, f"ended before it said {word}"
        assert said or not process.stdout.at_eof(), f"ended before it said {word}"


async def halted(process: Forked) -> None:
    while True:
        shown = await asyncio.create_subprocess_exec("ps", "-o", "stat=", "-p", str(process.pid), stdout=-1)
        if (await shown.communicate())[0].startswith(b"T"):
            return
        await asyncio.sleep(0.02)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncGenerator[Stage]:
    platform = Platform()
    async with listening(platform) as port:
        # Every write on disk before its answer: these tests are about our scripts, not about what a disk may lose.
        with server(tmp_path / "server", "--appendonly", "yes", "--appendfsync", "always") as made:
            staged = Stage(made, port, tmp_path, platform)
            yield staged
            for worker in staged.workers:
                with suppress(ProcessLookupError):
                    worker.kill()
                await worker.wait()
            await staged.connection.close()


@asynccontextmanager
async def listening(platform: Platform) -> AsyncGenerator[int]:
    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if line := await reader.readline():
            sent = json.loads(line)
            reply = Reply(parts=(Text(markdown=sent["text"]),))
            platform.show(Delivery(sent["conversation"], sent["key"], reply, sent["in_doubt"]))
            with suppress(ConnectionError):
                writer.write(b"ok\n")
                await writer.drain()
        writer.close()

    made = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with made:
        yield made.sockets[0].getsockname()[1]


async def end(worker: Forked) -> None:
    worker.terminate()
    assert await asyncio.wait_for(worker.wait(), PATIENCE) == 0


async def test_killed_after_the_push(stage: Stage):
    pushed = [[name, n] for n, name in enumerate(CONVERSATIONS)]
    gateway = await stage.worker(push=pushed, at="after push", how="SIGKILL")
    assert await gateway.wait() == -signal.SIGKILL
    for n, name in enumerate(CONVERSATIONS):
        stage.accepted[name].append(str(n))
    last = await stage.worker()
    await stage.all_answered()
    await stage.nothing_is_left()
    await end(last)


@pytest.mark.parametrize("point", ["after take", "after model", "after commit", "after send"])
async def test_killed_in_a_turn(stage: Stage, point: str):
    first = await stage.worker(at=point, how="SIGKILL")
    for n in range(3):
        await stage.say("a", n)
    assert await first.wait() == -signal.SIGKILL
    await stage.say("a", 3)
    await stage.say("b", 4)
    second = await stage.worker(at=point, how="SIGKILL")
    await stage.all_answered()
    await stage.nothing_is_left()
    await end(second)


async def test_what_ends_its_process_each_time_is_told_of_and_the_rest_is_answered(stage: Stage):
    for n in range(2):
        await stage.say("a", n)
    for _ in range(2):
        worker = await stage.worker(poison="0", deaths=2)
        assert await worker.wait() == -signal.SIGKILL
        await stage.say("b", 2)  # worked on beside it
    last = await stage.worker(poison="0", deaths=2)
    stage.accepted["a"] = ["sorry", "1"]
    async with asyncio.timeout(PATIENCE):
        while any(stage.platform.answered(name) != words for name, words in stage.accepted.items()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await end(last)


@pytest.mark.parametrize("point", ["after take", "after model", "after send"])
async def test_a_worker_that_was_halted_past_its_lock_neither_writes_nor_speaks(stage: Stage, point: str):
    first = await stage.worker(at=point, how="SIGSTOP")
    await stage.say("a", 0)
    await halted(first)
    await stage.say("a", 1)
    second = await stage.worker()
    await stage.all_answered()
    os.kill(first.pid, signal.SIGCONT)
    await stage.say("a", 2)
    await stage.all_answered()
    await stage.nothing_is_left()
    await end(first)
    await end(second)
    await stage.all_answered()


async def test_the_server_is_killed_and_started_again(stage: Stage):
    workers = [await stage.worker(seconds=0.05), await stage.worker(seconds=0.05)]
    for n in range(6):
        await stage.say(CONVERSATIONS[n % 3], n)
    stage.server.process.kill()
    stage.server.process.wait()
    told = [asyncio.create_task(stage.say(CONVERSATIONS[n % 3], n)) for n in (6,)]
    await asyncio.sleep(0.3)
    stage.server.start()
    await asyncio.gather(*told)
    for n in range(7, 12):
        await stage.say(CONVERSATIONS[n % 3], n)
    await stage.all_answered()
    await stage.nothing_is_left()
    for worker in workers:
        await end(worker)


async def test_cut_off_from_the_server(stage: Stage):
    async with Cable(stage.server.port) as cable:
        first = await stage.worker(url=f"redis://127.0.0.1:{cable.port}/0", seconds=0.5)
        await stage.say("a", 0)
        await heard(first, "turn")
        cable.cut.set()
        second = await stage.worker()
        await stage.say("a", 1)
        await stage.all_answered()
        cable.mend()
        await stage.say("b", 2)
        await stage.all_answered()
        await end(second)
        await stage.say("c", 3)
        await stage.all_answered()
        await stage.nothing_is_left()
    await end(first)


async def test_sigterm_lets_a_turn_finish(stage: Stage):
    worker = await stage.worker(seconds=1.0)
    await stage.say("a", 0)
    await heard(worker, "turn")
    worker.terminate()
    assert await worker.wait() == 0
    assert stage.platform.answered("a") == ["0"]
    await stage.nothing_is_left()


async def test_sigterm_hands_back_what_takes_too_long(stage: Stage):
    slow = {"lock": 600.0, "idle": 600.0, "sweep": 0.2, "drain": 0.3}
    worker = await stage.worker(seconds=600, timing=slow)
    await stage.say("a", 0)
    await heard(worker, "turn")
    await stage.say("a", 1)
    worker.terminate()
    assert await asyncio.wait_for(worker.wait(), 30) == 0
    # Neither the lock nor the entry is waited for: both would last ten minutes.
    second = await stage.worker(timing=slow)
    await stage.all_answered()
    await stage.nothing_is_left()
    await end(second)


async def test_two_gateways_get_the_same_events_in_another_order(stage: Stage):
    workers = [await stage.worker(), await stage.worker()]
    numbers = [(name, n) for n in range(40) for name in CONVERSATIONS]
    other = connect(stage.url)
    order: dict[str, list[str]] = {name: [] for name in CONVERSATIONS}

    async def gateway(connection: Connection, events: Sequence[tuple[str, int]]) -> None:
        for name, n in events:
            if await accept(connection, event(name, n), keep=stage.store.keep):
                order[name].append(str(n))

    shuffled = random.Random(7).sample(numbers, len(numbers))
    await asyncio.gather(gateway(stage.connection, numbers), gateway(other, shuffled))
    await other.close()
    for name in CONVERSATIONS:
        assert sorted(order[name], key=int) == [str(n) for n in range(40)]
    began = time.monotonic()
    while sum(len(stage.platform.answered(name)) for name in CONVERSATIONS) < 120:
        assert time.monotonic() - began < PATIENCE
        await asyncio.sleep(0.05)
    await stage.nothing_is_left()
    for worker in workers:
        await end(worker)
    for name in CONVERSATIONS:
        assert sorted(stage.platform.answered(name), key=int) == [str(n) for n in range(40)]
        case, _ = await stage.store.load(name)
        assert remembered(case) == stage.platform.answered(name)


@pytest.mark.parametrize("seed", SEEDS)
async def test_random_kills_of_workers_and_server(stage: Stage, seed: int):
    print(f"seed {seed}")
    dice = random.Random(seed)
    # A process may halt between its last look at the lock and its send; against that only the platform can help.
    stage.platform.nonce = True
    workers = [await stage.worker(seconds=0.02) for _ in range(3)]
    for n in range(60):
        name = dice.choice(CONVERSATIONS)
        await stage.say(name, n)
        if dice.random() < 0.3:
            await stage.say(name, n)
        await asyncio.sleep(dice.choice([0, 0.02, 0.1]))
        at = dice.randrange(len(workers))
        match dice.choice(["", "", "", "", "kill", "halt", "go on", "server"]):
            case "kill":
                workers[at].kill()
                await workers[at].wait()
                workers[at] = await stage.worker(seconds=0.02)
            case "halt":
                os.kill(workers[at].pid, signal.SIGSTOP)
            case "go on":
                for worker in workers:
                    os.kill(worker.pid, signal.SIGCONT)
            case "server" if dice.random() < 0.3:
                stage.server.process.kill()
                stage.server.process.wait()
                await asyncio.sleep(dice.choice([0, 0.3]))
                stage.server.start()
            case _:
                pass
    for worker in workers:
        os.kill(worker.pid, signal.SIGCONT)
    await stage.all_answered()
    await stage.nothing_is_left()
    for worker in workers:
        await end(worker)


class Cable:
    """A way to the server that can be cut: nothing arrives any more, and nobody is told."""

    def __init__(self, target: int):
        self.target = target
        self.cut = asyncio.Event()
        self.port = 0
        self._links: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> "Cable":
        self._server = await asyncio.start_server(self._link, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.mend()
        self._server.close()

    def mend(self) -> None:
        """Let new connections through; what was cut is dead."""
        self.cut.clear()
        for link in self._links:
            link.close()
        self._links.clear()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._links.append(writer)
        if self.cut.is_set():
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._links.append(far_writer)
        await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while (data := await reader.read(65536)) and not self.cut.is_set():
                writer.write(data)
            if not self.cut.is_set():
                writer.close()
