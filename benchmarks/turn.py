"""A turn end to end beside a bare echo: the service as it is run, over HTTP with real signatures, and over discord.py.

    python -m benchmarks.turn [--rounds 5] [--posts 300]

Both processes are up at the same time and take their rounds in turn; a figure is the median of the rounds' ratios. A
turn is stored with an fsync, as the service ships; no model takes part. What is compared is the processor time of the
process for one answer, which a busy machine changes little, and beside it answers a second with 16 on their way.
On Discord the strict fake of the tests would be the limit: there the pace is fixed, and only processor time counts.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import wire
from benchmarks.posts import MENTION, posts
from tests.fakes.discord import Channel, FakeDiscord, User

AT_ONCE = 16
PACE = 25.0
"""Messages a second on Discord."""


@dataclass(frozen=True)
class Round:
    """What some answers took."""

    each: float
    """Seconds of processor time."""
    rate: float
    """Answers a second."""


async def slack_round(slack: wire.Slack, process: wire.Process, texts: list[str]) -> Round:
    """Answer all of these, so many at a time."""
    waiting = iter(texts)
    slack.answered.clear()

    async def one() -> None:
        for text in waiting:
            ts, body = slack.event(text)
            while True:
                with suppress(wire.RefusedError):  # as Slack, it is brought again: the store may have been slow
                    await slack.deliver(process, body)
                    break
            await slack.until(lambda ts=ts: ts in slack.answered)

    used, began = process.used(), time.perf_counter()
    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    taken = time.perf_counter() - began
    await asyncio.sleep(0.1)  # what comes after an answer is part of the turn
    return Round((process.used() - used) / len(texts), len(texts) / taken)


async def compared(
    takes: Callable[[wire.Process, list[str]], Awaitable[Round]],
    echo: wire.Process,
    service: wire.Process,
    rounds: Sequence[list[str]],
) -> tuple[Round, Round, float]:
    """Return the medians of the echo and the service, and of how much of the echo's speed the service has.

    Of the first round only a third is taken, which is not counted. Each has posts of its own: what was read before is
    read sooner.
    """
    pairs: list[tuple[Round, Round]] = []
    for each in (echo, service):
        await takes(each, rounds[0][: len(rounds[0]) // 3])
    for texts in rounds[1:]:
        pairs.append((await takes(echo, texts), await takes(service, texts)))

    def middle(side: int) -> Round:
        made = [pair[side] for pair in pairs]
        return Round(statistics.median(r.each for r in made), statistics.median(r.rate for r in made))

    return middle(0), middle(1), statistics.median(bare.each / own.each for bare, own in pairs)


def texts(count: int, rounds: int) -> dict[str, list[list[str]]]:
    """Return so many posts and mentions for each of the rounds and the one before them."""
    every = posts(count * (rounds + 1))
    apart = [every[start : start + count] for start in range(0, len(every), count)]
    return {"posts": apart, "mentions": [[MENTION] * count] * (rounds + 1)}


async def on_slack(folder: Path, count: int, rounds: int) -> dict[str, tuple[Round, Round, float]]:
    """Measure posts and one-line mentions over HTTP."""
    async with (
        wire.slack() as slack,
        wire.running(("-m", "benchmarks.echo", "slack"), folder / "echo", **slack.settings()) as echo,
        wire.running(wire.SERVICE, folder / "own", **slack.settings()) as service,
    ):

        async def takes(process: wire.Process, texts: list[str]) -> Round:
            return await slack_round(slack, process, texts)

        return {kind: await compared(takes, echo, service, each) for kind, each in texts(count, rounds).items()}


async def on_discord(folder: Path, count: int, rounds: int) -> dict[str, tuple[Round, Round, float]]:
    """Measure the same over discord.py, at a fixed pace."""
    async with FakeDiscord() as theirs, FakeDiscord() as ours:
        # The service takes so much of each place in a while: there are many.
        places: dict[FakeDiscord, list[tuple[User, Channel]]] = {theirs: [], ours: []}
        for fake, known in places.items():
            for number in range(40):
                guild = fake.guild(f"Acme {number}")
                known += [(fake.user(f"ana{n}", guild), fake.channel(guild, f"general-{n}")) for n in range(2)]
        async with (
            wire.running(("-m", "benchmarks.echo", "discord"), folder / "echo", **_discord(theirs)) as echo,
            wire.running(wire.SERVICE, folder / "own", **_discord(ours)) as service,
        ):
            await ours.ready()
            await theirs.ready()

            async def takes(process: wire.Process, texts: list[str]) -> Round:
                fake = theirs if process is echo else ours
                sent = lambda: sum(  # noqa: E731
                    call.method == "POST" and call.path.endswith("/messages") for call in fake.calls
                )
                before, used, began = sent(), process.used(), time.perf_counter()
                for number, text in enumerate(texts):
                    person, channel = places[fake][number % len(places[fake])]
                    fake.say(person, channel, f"{fake.bot.mention} {text}")
                    await asyncio.sleep(max(0.0, began + (number + 1) / PACE - time.perf_counter()))
                await fake.until(lambda: sent() - before >= len(texts), wire.WAIT)
                taken = time.perf_counter() - began
                await asyncio.sleep(0.2)
                return Round((process.used() - used) / len(texts), len(texts) / taken)

            return {kind: await compared(takes, echo, service, each) for kind, each in texts(count, rounds).items()}


def _discord(fake: FakeDiscord) -> dict[str, str]:
    return {"DISCORD_API_URL": fake.api, "DISCORD_GATEWAY_URL": fake.gateway_url, "DISCORD_BOT_TOKEN": fake.token}


async def measured(count: int, rounds: int, platforms: list[str]) -> dict[str, float]:
    """Return the figures, and print them with their absolute times."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in platforms:
            amount = count if name == "slack" else count // 5
            found = await {"slack": on_slack, "discord": on_discord}[name](Path(folder) / name, amount, rounds)
            for kind, (bare, own, ratio) in found.items():
                wire.table(
                    {
                        f"{name}, {kind}": f"{ratio:6.3f} of the echo: {own.each * 1000:6.2f} ms of processor time an "
                        f"answer, the echo {bare.each * 1000:5.2f} ms; {own.rate:4.0f} and {bare.rate:4.0f} answers/s"
                    }
                )
                figures[f"{name}_{kind}_over_echo"] = round(ratio, 3)
                figures[f"{name}_{kind}_ms"] = round(own.each * 1000, 2)
    return figures


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--platform", choices=("slack", "discord"), action="append", help="only this one")
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measured(given.posts, given.rounds, given.platform or ["slack", "discord"]))))


if __name__ == "__main__":
    main()
