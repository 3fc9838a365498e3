"""Worker processes, and stored conversations: answers a second of one and of two workers behind one gateway.

    python -m benchmarks.scale [--posts 120] [--stored 0 1000 10000]

A gateway takes all mentions in while nobody works, then the workers are started: what is measured is how fast they
answer, and how soon the gateway acknowledges while they do. More stored conversations wait in the same store, each of a
few turns. With two cores the load itself takes a part of the second one.
"""

import argparse
import asyncio
import json
import secrets
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import wire
from benchmarks.posts import posts
from bot.consultation.model import Consultation, Line
from bot.settings import Settings
from bot.store.consultations import Store, open_store

TOGETHER = 64
SERVE = (*wire.SERVICE, "--role")


async def fill(store: Store, start: int, end: int) -> None:
    """Store consultations of three lines each."""
    now = datetime.now(UTC)

    async def one(number: int) -> None:
        lines = tuple(Line(by="slack:E.T:U", text=wire.SAID, at=now, message=str(n)) for n in range(3))
        name = f"slack:stored:C:{number}"
        case = Consultation(id=name, started=now, updated=now, asker=f"slack:E.T:U{number % 500}", transcript=lines)
        await store.commit(name, 0, case)

    for at in range(start, end, TOGETHER):
        await asyncio.gather(*(one(number) for number in range(at, min(end, at + TOGETHER))))


async def rate(slack: wire.Slack, home: Path, workers: int, texts: list[str], key: str) -> tuple[float, float]:
    """Return the answers a second of so many workers, and the gateway's slowest acknowledgement meanwhile, in ms."""
    slack.forget()
    async with AsyncExitStack() as stack:
        given = {**slack.settings(), "ADVISOR_SECRET_KEY": key}
        gateway = await stack.enter_async_context(wire.running((*SERVE, "gateway"), home, **given))
        made = [
            await stack.enter_async_context(wire.running((*SERVE, "worker"), home, **given)) for _ in range(workers)
        ]
        for text in texts[: 10 * len(made)]:  # what the first turns of a process make is not counted
            ts, body = slack.event(text)
            await slack.deliver(gateway, body)
            await slack.until(lambda ts=ts: ts in slack.answered)
        before, acks = len(slack.answered), list[float]()
        began = time.perf_counter()
        for text in texts:
            acks.append(await slack.deliver(gateway, slack.event(text)[1]))
        await slack.until(lambda: len(slack.answered) - before >= len(texts))
        return len(texts) / (time.perf_counter() - began), 1000 * max(acks)


async def measured(count: int, stored: list[int]) -> dict[str, float]:
    """Return the figures, and print them."""
    figures: dict[str, float] = {}
    texts, key = posts(count, seed=3), secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory() as folder:
        home, first, before = Path(folder), 0.0, 0
        settings = Settings(ADVISOR_HOME=home, REDIS_URL=None)  # pyright: ignore[reportCallIssue]
        # One Slack for all: what it has delivered once would be known when it came again.
        async with wire.slack() as slack, open_store(settings) as store:
            for held in stored:
                await fill(store, before, held)
                before = held
                (one, ack), (two, _) = [await rate(slack, home, workers, texts, key) for workers in (1, 2)]
                first = first or one
                wire.table(
                    {
                        f"{held} stored conversations": f"one worker {one:5.1f} answers/s, two {two:5.1f}, "
                        f"{two / one:4.2f} times it; one worker over that with {stored[0]} {one / first:4.2f}; "
                        f"slowest acknowledgement {ack:4.0f} ms"
                    }
                )
                figures |= {f"two_workers_over_one_{held}": round(two / one, 2)}
                figures |= {
                    f"stored_{held}_over_{stored[0]}": round(one / first, 2),
                    f"gateway_ack_{held}_ms": round(ack),
                }
    return figures


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=120)
    parser.add_argument("--stored", type=int, nargs="+", default=[0, 1000, 10_000])
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measured(given.posts, given.stored))))


if __name__ == "__main__":
    main()
