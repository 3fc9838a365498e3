"""Worker processes, stored conversations, a Cluster: turns a second, and how soon events are acknowledged meanwhile.

    python -m benchmarks.scale [--posts 120] [--stored 1000 10000] [--rounds 3]

One process that does all, and `serve` with one and with two workers behind it, take the same mentions in, delivered one
after the other as fast as they are acknowledged; then all are waited for. They take turns, and the figures are medians
of the rounds. More and more conversations are stored in the same server; a Cluster of three has the first number.
Servers write each change to disk before they answer. On two cores the load and the servers take their part of both.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from aiohttp import ClientSession

from benchmarks import wire
from benchmarks.posts import posts
from bot.consultation.model import Consultation, Line
from bot.settings import Settings
from bot.store.consultations import Store, open_store
from tests.store.servers import cluster, server

TOGETHER = 64
WARM = 15
"""Mentions a process that are not counted: what its first turns make is there afterwards."""
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
SIDES = {"all": 0, "1 worker": 1, "2 workers": 2}


async def fill(store: Store, start: int, end: int) -> None:
    """Store consultations of three lines each."""
    now = datetime.now(UTC)

    async def one(number: int) -> None:
        lines = tuple(Line(by="slack:E.T:U", text=wire.SAID, at=now, message=str(n)) for n in range(3))
        name = f"slack:stored:C:{number}"
        # Of one workspace so much would not be kept.
        asker = f"slack:E.T{number // 1000}:U{number % 500}"
        case = Consultation(id=name, started=now, updated=now, asker=asker, transcript=lines)
        await store.commit(name, 0, case)

    for at in range(start, end, TOGETHER):
        await asyncio.gather(*(one(number) for number in range(at, min(end, at + TOGETHER))))


async def working(process: wire.Process, workers: int) -> None:
    """Wait until all workers of a process live."""
    async with asyncio.timeout(wire.WAIT), ClientSession() as client:
        while True:
            async with client.get(f"{process.url}/readyz") as answer:
                if (await answer.json()).get("workers", 0) >= workers:
                    return
            await asyncio.sleep(0.1)


async def delivered(slack: wire.Slack, process: wire.Process, text: str) -> float:
    """Deliver a mention as often as it takes, and return the seconds until it was acknowledged."""
    body, began = slack.event(text)[1], time.perf_counter()
    async with asyncio.timeout(wire.WAIT):
        while True:
            with suppress(wire.RefusedError):  # the store was slow for a moment, and Slack would bring it again
                await slack.deliver(process, body)
                return time.perf_counter() - began


async def rate(slack: wire.Slack, home: Path, url: str, workers: int, texts: list[str]) -> tuple[float, float]:
    """Return the turns a second of so many workers, and the 99th percentile of acknowledgements meanwhile, in ms."""
    slack.forget()
    command = (*wire.SERVICE, *(["--workers", str(workers)] if workers else []))
    async with wire.running(command, home, **slack.settings(), REDIS_URL=url) as process:
        await working(process, workers)
        warm = WARM * max(1, workers)
        for text in islice(cycle(texts), warm):
            await delivered(slack, process, text)
        await slack.until(lambda: len(slack.answered) >= warm)
        began = time.perf_counter()
        acks = [await delivered(slack, process, text) for text in texts]
        await slack.until(lambda: len(slack.answered) >= warm + len(texts))
        return len(texts) / (time.perf_counter() - began), 1000 * sorted(acks)[int(0.99 * len(acks))]


async def compared(
    name: str, url: str, folder: Path, slack: wire.Slack, texts: list[str], stored: Sequence[int], rounds: int
) -> dict[str, float]:
    """Return the figures on one server, and print them."""
    figures: dict[str, float] = {}
    before, first = 0, 0.0
    settings = Settings.model_validate({"ADVISOR_HOME": folder, "REDIS_URL": url})
    for held in stored:
        async with open_store(settings) as store:
            await fill(store, before, held)
        before = held
        seen: dict[str, list[tuple[float, float]]] = {side: [] for side in SIDES}
        for _ in range(rounds):
            for side, workers in SIDES.items():
                seen[side].append(await rate(slack, folder / "home", url, workers, texts))
        turns = {side: median(each for each, _ in seen[side]) for side in SIDES}
        acks = {side: median(each for _, each in seen[side]) for side in SIDES}
        first = first or turns["1 worker"]
        rows = {
            f"{name}, {held:,} stored, {side}": f"{turns[side]:5.1f} turns/s, acks {acks[side]:4.0f} ms at p99"
            for side in SIDES
        }
        two, one = turns["2 workers"], turns["1 worker"]
        rows[f"{name}, {held:,} stored"] = (
            f"two workers over one {two / one:.2f}, over one process {two / turns['all']:.2f}; one worker over that "
            f"with {stored[0]:,} stored {one / first:.2f}"
        )
        wire.table(rows)
        key = f"{name.replace(' ', '_')}_{held}"
        figures |= {f"{key}_two_over_one": round(two / one, 2), f"{key}_two_over_all": round(two / turns["all"], 2)}
        figures |= {f"{key}_over_{stored[0]}": round(one / first, 2)}
        figures |= {f"{key}_{side.replace(' ', '_')}_ack_p99_ms": round(acks[side], 1) for side in SIDES}
    return figures


@contextmanager
def single(folder: Path) -> Generator[str]:
    """Run one server; yields its address."""
    with server(folder, *DURABLE) as made:
        yield f"redis://127.0.0.1:{made.port}/0"


async def measured(count: int, stored: list[int], rounds: int) -> dict[str, float]:
    """Return the figures, and print them."""
    figures: dict[str, float] = {}
    texts = posts(count, seed=3)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        # One Slack for all: what it has delivered once would be known when it came again.
        async with wire.slack() as slack:
            with single(folder / "single") as url:
                figures |= await compared("one server", url, folder, slack, texts, stored, rounds)
            with cluster(folder / "cluster", *DURABLE) as url:
                figures |= await compared("a Cluster", url, folder, slack, texts, stored[:1], rounds)
    return figures


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=120)
    parser.add_argument("--stored", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measured(given.posts, given.stored, given.rounds))))


if __name__ == "__main__":
    main()
