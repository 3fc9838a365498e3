"""Send messages to the service on both platforms while it is killed and Slack and Discord fail; count the answers.

Each message opens a thread of its own, or is an answer there, so that each answer belongs to one. How many messages an
answer is follows from a first one without faults. Meanwhile calls lose their answers or are refused, sockets and
sessions end, and the process is killed with `kill -9` and started again; trials run through all of that.

The last line is {"events", "once", "twice", "never", "sorry"}: how many were answered as often as without faults, more,
less, and less because all that came was an apology.
"""

import argparse
import asyncio
import contextlib
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.platform import refusal
from bot.service import turns
from tests.discord import service as on_discord
from tests.fakes.discord.components import text_of as text_on_discord
from tests.fakes.model.server import model_server
from tests.fakes.slack import text_of
from tests.slack import service as on_slack

ASK = "should we finetune? our replies never keep our tone"
RULE = "rule 2"
AT_ONCE = 8
"""Messages that wait for their answer at the same time."""
UP = (6.0, 10.0)
"""Seconds that a process lives; where starting it takes long, it lives STARTS times as long as that."""
STARTS = 3
TRIAL = 125
"""Every how many messages one begins a trial: a person may start ten in an hour."""
PAUSE = 0.4
"""Seconds between two faults of the platform."""
GATEWAY = 0.1
"""How often the gateway ends a connection or a session beside a fault."""
END = 300.0
"""Seconds that the last answers have."""
METHODS = ("chat.postMessage", "chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update")
NO_CAPS: dict[str, Any] = {
    f"ADVISOR_{name}": "1000000"
    for name in ("DAILY_CALLS", "DAILY_USD", "WORKSPACE_DAILY_CALLS", "WORKSPACE_DAILY_USD", "MESSAGES_A_MINUTE")
}
"""A few people say in minutes what hundreds say in a day."""
CHANNEL = "/channels/{channel_id}/messages"

Count = Callable[[], tuple[int, int]]
"""How many messages answer something, and how many others only apologise."""
SORRY = (turns.SORRY[:60], refusal.SORRY, refusal.SLOW)


@dataclass
class Sent:
    """The messages of one platform: for each how many messages of ours there should be, and how many there are."""

    expected: dict[str, int] = field(default_factory=dict[str, int])
    counts: list[tuple[str, Count]] = field(default_factory=list[tuple[str, Count]])

    def missing(self) -> int:
        return sum(sum(count()) < self.expected[kind] for kind, count in self.counts)

    def outcomes(self) -> Counter[str]:
        """Return how many were answered as often as they should be, more often, less, or with an apology alone."""
        return Counter(self.outcome(kind, *count()) for kind, count in self.counts)

    def outcome(self, kind: str, given: int, sorry: int) -> str:
        """Return what became of one message by how many answers and apologies it got."""
        wanted = self.expected[kind]
        return "once" if given == wanted else "twice" if given > wanted else "sorry" if sorry else "never"


Say = Callable[[str], Awaitable[Count]]
"""Say something of a kind; returns what counts the messages that answer it."""


@dataclass
class Platform:
    """What a run needs of a platform."""

    say: Say
    fault: Callable[[], None]
    kill: Callable[[], Awaitable[None]]
    spawn: Callable[[], Awaitable[None]]


async def run(name: str, platform: Platform, events: int) -> Counter[str]:
    """Send so many messages, and return what became of them."""
    sent = Sent({"trial": 1})
    for kind in ("ask", "rule"):
        count: Count = lambda: (0, 0)  # noqa: E731
        for _ in range(6):  # everybody is told once what the advisor is
            count = await platform.say(kind)
            await _until(lambda count=count: count()[0] > 0, 30)
        await asyncio.sleep(2)
        sent.expected[kind] = count()[0]
    print(f"{name}: an answer is {sent.expected} messages", flush=True)
    stop = asyncio.Event()
    trouble = [asyncio.create_task(each) for each in (_kills(platform, stop), _faults(platform, stop))]
    free, began = asyncio.Semaphore(AT_ONCE), time.monotonic()

    async def one(number: int) -> None:
        kind = "trial" if number % TRIAL == TRIAL // 2 else "rule" if number % 3 == 0 else "ask"
        async with free:
            count = await platform.say(kind)
            sent.counts.append((kind, count))
            # A little, so that the next ones come while this one is worked on, also by nobody.
            with contextlib.suppress(TimeoutError):
                await _until(lambda: sum(count()) >= sent.expected[kind], 1.0)

    await asyncio.gather(*(one(number) for number in range(events)))
    stop.set()
    kills = (await asyncio.gather(*trouble))[0]
    with contextlib.suppress(TimeoutError):
        await _until(lambda: not sent.missing(), END)
    await asyncio.sleep(5)  # what comes twice comes late
    found = sent.outcomes()
    print(f"{name}: {dict(found)} in {time.monotonic() - began:.0f} s, killed {kills} times", flush=True)
    for kind, count in sent.counts:
        if (found_so := count()) != (sent.expected[kind], 0):
            print(f"  {kind}: {found_so[0]} messages, {found_so[1]} apologies", flush=True)
    return found


async def _kills(platform: Platform, stop: asyncio.Event) -> int:
    count, took = 0, 0.0
    # A process has to live to get through something, also where a busy machine starts it slowly.
    while not await _stopped(stop, max(random.uniform(*UP), STARTS * took)):
        await platform.kill()
        await asyncio.sleep(random.uniform(0, 1))
        began = time.monotonic()
        await platform.spawn()
        took = time.monotonic() - began
        count += 1
    return count


async def _faults(platform: Platform, stop: asyncio.Event) -> int:
    count = 0
    while not await _stopped(stop, PAUSE):
        platform.fault()
        count += 1
    return count


async def _stopped(stop: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
    return stop.is_set()


async def _until(true: Callable[[], bool], seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  the fakes tell of no change that fits
            await asyncio.sleep(0.02)


def _counted(said: Sequence[str], pictures: Sequence[object], kind: str) -> tuple[int, int]:
    """Return how many answers there are, of a trial its pictures, and how many apologies."""
    sorry = sum(any(words in text for words in SORRY) for text in said)
    return (len(pictures) if kind == "trial" else len(said) - sorry), sorry


@asynccontextmanager
async def slack(home: Path) -> AsyncGenerator[Platform]:
    """A Slack whose redelivery outlasts a restart."""
    async with (
        on_slack.fake(gaps=(1.0, 20.0, 60.0), patience=3.0) as fake,
        model_server(on_slack.sorts) as model,
        on_slack.serving(fake, home, "socket", model=model, own=True, usual=True, **NO_CAPS) as whole,
    ):
        turn = iter(range(10**9))

        async def say(kind: str) -> Count:
            user = (fake.alice, fake.bob, fake.admin)[next(turn) % 3]
            where = fake.dm(user) if kind == "rule" else fake.general
            words = {"ask": ASK, "rule": RULE, "trial": on_slack.RUN}[kind]
            mention = "" if kind == "rule" else f"<@{fake.bot}> "
            asked = await fake.say(user, where, f"{mention}{words}")
            thread = on_slack.Thread(fake, where, asked.ts)

            def count() -> tuple[int, int]:
                return _counted([text_of(each) for each in thread.messages()], thread.pictures, kind)

            return count

        def fault() -> None:
            method = random.choice(METHODS)
            match random.randrange(4):
                case 0:
                    fake.drop(method)
                case 1:
                    fake.drop(method, stored=False)
                case 2:
                    fake.fail(method)
                case _:
                    fake.limit(method)

        yield Platform(say, fault, whole.kill, whole.spawn)


@asynccontextmanager
async def discord(home: Path) -> AsyncGenerator[Platform]:
    """A Discord whose gateway restarts."""
    async with (
        model_server(on_slack.sorts) as model,
        on_discord.whole(home, model=model, own=True, usual=True, **NO_CAPS) as whole,
    ):
        fake = whole.discord
        turn = iter(range(10**9))

        async def say(kind: str) -> Count:
            user = (whole.ana, whole.bob)[next(turn) % 2]
            words = {"ask": ASK, "rule": RULE, "trial": on_slack.RUN}[kind]
            asked = fake.say(user, whole.general, f"{fake.bot.mention} {words}")
            await asyncio.sleep(0.05)

            def room() -> on_discord.Room | None:
                return on_discord.Room(fake, fake.channels[asked.id]) if asked.id in fake.channels else None

            def count() -> tuple[int, int]:
                there = room()
                if there is None:
                    return 0, 0
                return _counted([text_on_discord(each) for each in there.messages()], there.pictures, kind)

            return count

        def fault() -> None:
            random.choice(
                (
                    lambda: fake.drop("POST", CHANNEL),
                    lambda: fake.fail("POST", CHANNEL, status=502),
                    lambda: fake.drop("POST", f"{CHANNEL}/{{message_id}}/threads"),
                    lambda: fake.limit("POST", CHANNEL, retry_after=0.3),
                    lambda: None,
                )
            )()
            if random.random() < GATEWAY:
                random.choice((lambda: fake.close(4000), fake.reconnect, fake.invalidate))()

        yield Platform(say, fault, whole.kill, whole.spawn)
        fake.offences.clear()  # a process that has just begun knows no bucket


async def measured(events: int, names: list[str]) -> dict[str, int]:
    """Return the figures of all platforms together."""
    total = Counter[str]()
    for name in names:
        with tempfile.TemporaryDirectory() as home:
            async with {"slack": slack, "discord": discord}[name](Path(home)) as platform:
                total += await run(name, platform, events // len(names))
    return {"events": sum(total.values()), **{each: total[each] for each in ("once", "twice", "never", "sorry")}}


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=2000, help="messages on all platforms together")
    parser.add_argument("--platform", choices=("slack", "discord"), action="append", help="only this one")
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measured(given.events, given.platform or ["slack", "discord"]))))


if __name__ == "__main__":
    main()
