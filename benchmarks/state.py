"""What the store and the worker cost: turns a second, round trips, bytes, waiting, and a second worker.

    python benchmarks/state.py [--turns 4000]

No model and no network take part: the turn only writes the message down and answers, on an embedded server of its own.
Every comparison is within this run. The figures are those of the code: the server writes no file, since anything looks
fast beside a loop that waits for a disk. The first lines show the server as it ships, with an fsync for each write.
The last line is JSON.
"""

import argparse
import asyncio
import gc
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.chat.events import Event
from bot.chat.events import Said as Message
from bot.chat.reply import Reply, Text
from bot.consultation.model import Claim, Consultation, How, Line, Reason, Verdict
from bot.platform.port import Delivered, Delivery
from bot.service.conversation import Outcome
from bot.service.intake import accept
from bot.service.worker import Timing, Worker
from bot.settings import Settings
from bot.store import keys
from bot.store.connection import Client, Connection, connect, opened
from bot.store.consultations import Store, write

ROOT = Path(__file__).parent.parent
KEEP = 3_600_000
WORDS = "we answer about 300 tickets a day and the model never keeps our tone, we tried a couple of system prompts "
REPLY = "Rule 2 says prompts and examples in the prompt come first, so let us see. " * 6


def event(conversation: str, number: int) -> Event:
    return Event(
        conversation=conversation,
        platform="bench",
        channel=conversation,
        message=str(number),
        # As on a platform, where both a person and a workspace are counted, and neither is at its cap.
        workspace="T",
        author=f"bench:T:{conversation.replace(':', '-')}",
        at=datetime.now(UTC),
        body=Message(text=WORDS),
    )


async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
    """Write the message down and answer: everything that a turn does but read and decide."""
    last = events[-1]
    case = case or Consultation(id=last.conversation, started=last.at, updated=last.at, asker=last.author)
    lines = tuple(Line(by=e.author, text=WORDS, at=e.at, message=e.message) for e in events)
    lines += (Line(by="advisor", text=REPLY, at=last.at),)
    said = Outcome(
        case.but(updated=last.at, transcript=case.transcript + lines), [Reply(parts=(Text(markdown=REPLY),))]
    )
    return said


@dataclass
class Heard:
    """When each conversation got its replies, by time.monotonic()."""

    at: dict[str, list[float]]
    count: int = 0

    async def deliver(self, delivery: Delivery) -> Delivered:
        self.at.setdefault(delivery.conversation, []).append(time.monotonic())
        self.count += 1
        return Delivered()


async def fill(connection: Connection, names: Sequence[str], number: int = 0) -> None:
    """Accept one event for each conversation, a few at a time."""
    for start in range(0, len(names), 32):
        part = names[start : start + 32]
        await asyncio.gather(*(accept(connection, event(name, number), keep=KEEP) for name in part))


@asynccontextmanager
async def working(connection: Connection, heard: Heard, **options: Any) -> AsyncGenerator[Worker]:
    stop = asyncio.Event()
    worker = Worker(Store(connection), turn, heard.deliver, **options)
    running = asyncio.create_task(worker.run(stop))
    try:
        yield worker
    finally:
        stop.set()
        await running


async def until(done: Callable[[], bool]) -> None:
    while not done():  # noqa: ASYNC110  the interval is far below what is measured
        await asyncio.sleep(0.0005)


async def bare(connection: Connection, turns: int) -> float:
    """Return the rate of a loop that does one GET and one SET a turn, of the same case."""
    said = await turn(None, [event("bare", 0)])
    assert said.consultation
    text = write(said.consultation)
    await connection.call("SET", "advisor:bare", text)
    began = time.monotonic()
    for _ in range(turns):
        await connection.call("GET", "advisor:bare")
        await connection.call("SET", "advisor:bare", text)
    return turns / (time.monotonic() - began)


async def rate(url: str, connection: Connection, workers: int, turns: int) -> float:
    """Return the turns a second of this many worker processes on conversations that already wait."""
    await connection.call("FLUSHALL")
    await fill(connection, [f"rate:{n}" for n in range(turns)])
    made = [await Process.start(url) for _ in range(workers)]
    began = time.monotonic()
    for one in made:
        one.go()
    while sum(one.done for one in made) < turns:  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    taken = time.monotonic() - began
    for one in made:
        await one.end()
    return turns / taken


class Process:
    """A worker process; it begins when it is told to, and says how far it is."""

    def __init__(self, process: asyncio.subprocess.Process):
        self.process = process
        self.done = 0
        self.reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, url: str) -> "Process":
        made = await asyncio.create_subprocess_exec(
            sys.executable,
            __file__,
            "--worker",
            url,
            stdin=-1,
            stdout=-1,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        assert made.stdout
        await made.stdout.readline()
        return cls(made)

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write(b"go\n")

    async def _read(self) -> None:
        assert self.process.stdout
        while line := await self.process.stdout.readline():
            self.done = int(line)

    async def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        await self.process.wait()
        await self.reading


async def worker_process(url: str) -> None:
    gc.set_threshold(10_000)  # as the command has it
    connection = connect(url)
    heard = Heard({})
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    running = asyncio.create_task(Worker(Store(connection), turn, heard.deliver).run(stop))
    said = 0
    while not running.done():
        if heard.count != said:
            said = heard.count
            print(said, flush=True)
        await asyncio.wait([running], timeout=0.005)
    await connection.close()


async def round_trips(connection: Connection) -> float:
    """Return what one turn asks of the server when nothing else goes on: the read that brings it, and its scripts."""
    counted = Counting(connection.client)
    reading = Counting(connection.reader)
    heard = Heard({})
    turns = 200
    quiet = Timing(lock=600.0, idle=600.0, sweep=600.0)
    async with working(replace(connection, client=counted, reader=reading), heard, timing=quiet):
        await fill(connection, ["trips"], -1)
        await until(lambda: heard.count == 1)
        await asyncio.sleep(0.1)
        began, read = counted.calls, reading.answered
        for n in range(turns):
            await fill(connection, ["trips"], n)
            await until(lambda n=n: heard.count == n + 2)
            await asyncio.sleep(0.002)
        return (counted.calls - began + reading.answered - read) / turns


class Counting:
    """A client that counts what is asked, and what was answered with something."""

    def __init__(self, client: Client):
        self.client = client
        self.calls = self.answered = 0

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        self.calls += 1
        answer = await self.client.execute_command(*args, **options)
        self.answered += bool(answer)
        return answer

    async def aclose(self) -> None: ...


async def size(connection: Connection, turns: int) -> int:
    """Return the bytes that the server holds for a consultation of so many turns, its keys and all."""
    await connection.call("FLUSHALL")
    store = Store(connection)
    case: Consultation | None = None
    version = 0
    now = datetime.now(UTC)
    for n in range(turns):
        case = (await turn(case, [event("size", n)])).consultation
        assert case
        # Of the 40 facts or so that there are to know, a long consultation knows 25, most with a quote.
        claims = {
            f"fact_{f}": (Claim(value="style", how=How.stated, by="ana", at=now, quote=WORDS[:40], message=str(f)),)
            for f in range(min(n + 1, 25))
        }
        case = case.but(claims=claims)
        if n == turns - 1:
            reason = Reason(fact="need", quote=WORDS[:40], rule="rule-2", passage="verbs", text=REPLY[:120])
            case = case.but(
                verdict=Verdict(
                    verdict="prompt_first",
                    clause="c",
                    because=(reason,) * 4,
                    notes=(),
                    assumed=(),
                    would_change=(),
                    next=(REPLY[:120],) * 4,
                )
            )
        version = await store.commit("size", version, case)
    mine = [keys.of_conversation("size").case, keys.of_person("bench:T:size")]
    return sum([await connection.call("MEMORY", "USAGE", key, "SAMPLES", 0) for key in mine])


async def first_reply(connection: Connection, waiting: int, samples: int = 1000) -> list[float]:
    """Return the seconds from a new conversation's first message to its reply while so many others wait for people."""
    await connection.call("FLUSHALL")
    store = Store(connection)
    said = await turn(None, [event("open", 0)])
    assert said.consultation
    for start in range(0, waiting, 32):
        names = [f"open:{n}" for n in range(start, min(start + 32, waiting))]
        await asyncio.gather(*(store.commit(name, 0, said.consultation, people=[f"{name}:ana"]) for name in names))
    heard = Heard({})
    taken: list[float] = []
    async with working(connection, heard):
        for n in range(samples + 20):
            began = time.monotonic()
            await fill(connection, [f"new:{n}"])
            await until(lambda n=n: f"new:{n}" in heard.at)
            taken.append(heard.at[f"new:{n}"][0] - began)
            await asyncio.sleep(0.002)
    return sorted(taken[20:])


async def backlog(connection: Connection, queued: int) -> list[float]:
    """Return the seconds from the start of a worker to the reply for each of so many messages that wait for it."""
    await connection.call("FLUSHALL")
    await fill(connection, [f"queued:{n}" for n in range(queued)])
    heard = Heard({})
    began = time.monotonic()
    async with working(connection, heard):
        await until(lambda: heard.count >= queued)
    return sorted(at[0] - began for at in heard.at.values())


def p(values: Sequence[float], percent: int) -> float:
    """Return a percentile of sorted values."""
    return values[min(len(values) - 1, len(values) * percent // 100)]


async def measure(turns: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(ADVISOR_HOME=Path(folder), REDIS_URL=None)  # pyright: ignore[reportCallIssue]
        async with opened(settings) as connection:
            url = f"unix://{Path(folder) / 'store' / 'valkey.sock'}"
            if len(url) > 100:
                raise SystemExit("Set TMPDIR to a shorter path.")
            shipped = await bare(connection, turns // 10), await rate(url, connection, 1, turns)
            print(f"as it ships: bare loop, GET and SET          {shipped[0]:8.0f} turns/s")
            print(f"as it ships: one worker                      {shipped[1]:8.0f} turns/s")
            await connection.call("CONFIG", "SET", "appendonly", "no")
            loops, ones, twos = list[float](), list[float](), list[float]()
            for _ in range(5):
                loops.append(await bare(connection, turns))
                ones.append(await rate(url, connection, 1, turns))
                twos.append(await rate(url, connection, 2, turns))
            plain, single, double = statistics.median(loops), statistics.median(ones), statistics.median(twos)
            print(f"bare loop, GET and SET one after the other   {plain:8.0f} turns/s")
            print(f"one worker                                   {single:8.0f} turns/s")
            print(f"two workers                                  {double:8.0f} turns/s")
            await connection.call("FLUSHALL")
            trips = await round_trips(connection)
            print(f"round trips a turn                           {trips:8.2f}")
            sizes = {n: await size(connection, n) for n in (1, 10, 50)}
            for n, bytes_held in sizes.items():
                print(f"bytes a consultation after {n:2} turns          {bytes_held:8}")
            replies = {n: await first_reply(connection, n) for n in (0, 1, 100, 10_000)}
            for n, taken in replies.items():
                print(
                    f"first reply, {n:6} open conversations         p50 {p(taken, 50) * 1000:6.2f} ms"
                    f"   p99 {p(taken, 99) * 1000:6.2f} ms"
                )
            for n in (1, 100, 10_000):
                taken = await backlog(connection, n)
                print(
                    f"backlog of {n:6} messages                    first {taken[0] * 1000:6.1f} ms"
                    f"   last {taken[-1] * 1000:8.1f} ms"
                )
            return {
                "turns_over_bare": round(single / plain, 3),
                "round_trips": round(trips, 2),
                "bytes_1": sizes[1],
                "bytes_10": sizes[10],
                "bytes_50": sizes[50],
                "two_workers_over_one": round(double / single, 2),
                "first_reply_p99_over_empty": round(p(replies[10_000], 99) / p(replies[0], 99), 2),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=4000)
    parser.add_argument("--worker", metavar="URL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        asyncio.run(worker_process(given.worker))
        return
    print(json.dumps(asyncio.run(measure(given.turns))))


if __name__ == "__main__":
    main()
