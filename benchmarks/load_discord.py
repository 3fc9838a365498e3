"""Honest people and attackers at one service on the fake Discord: who is answered, and how soon.

    python -m benchmarks.load_discord [--honest 500] [--attackers 50] [--seconds 120] [--workers 0] [--rounds 1]

Honest people ask once, at random moments that are the same in all runs: in direct messages, by a mention in a channel
of their own, and every fifth by a command, which alone is acknowledged. Attackers begin together and go on at the pace
that Discord lets people write: bursts in direct messages and of mentions, long words, and ten files at once that are
slow to read. The fake and all people share this process. Discord takes 50 calls of a bot in a second, and so does the
fake: what people wait for with many attackers is mostly that. The last line is JSON, as of `benchmarks.load`.
"""

import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks import wire
from benchmarks.load import ANSWERED, ASK, END, FILES, Waited, family, main, watch
from tests.fakes.discord import Channel, FakeDiscord, Interaction, Message, Upload, User, text_of

LONG = ("gpt-4 " * 330, "12.5k " * 330, "> a\n" * 490)
"""As long as a message may be."""
SERVERS = 20
BURST, PAUSE = 5, 5.0
"""Discord's client lets somebody write about five messages in five seconds."""


@dataclass
class Person:
    """Somebody with a place in which nobody else writes."""

    user: User
    place: Channel
    direct: bool


def people(discord_: FakeDiscord, honest: int) -> list[Person]:
    """Make honest people: every fourth writes in a channel."""
    guilds = [discord_.guild(f"Acme {number}") for number in range(SERVERS)]
    made: list[Person] = []
    for number in range(honest):
        guild, direct = guilds[number % SERVERS], number % 4 != 0
        user = discord_.user(f"p{number}", guild)
        place = discord_.dm(user) if direct else discord_.channel(guild, f"c-{number}")
        made.append(Person(user, place, direct))
    return made


async def attack(discord_: FakeDiscord, number: int, until: float, seen: Counter[str]) -> None:
    """Write until then whatever takes long."""
    guild = discord_.guild(f"Attacked {number}")
    user = discord_.user(f"a{number}", guild)
    place, direct = discord_.channel(guild, "attacked"), discord_.dm(user)
    files = [Upload(f"{n}-{name}", FILES[name]) for n in range(10) for name in [list(FILES)[(number + n) % len(FILES)]]]
    turn = number
    while time.time() < until:
        match turn % 4:
            case 0:
                for n in range(BURST):
                    discord_.say(user, direct, f"{ASK} {turn} {n}")
                    await asyncio.sleep(0)  # the fake goes on, or it would hold up what is measured
            case 1:
                discord_.say(user, direct, LONG[turn // 4 % len(LONG)])
            case 2:
                discord_.say(user, direct, "run these", files=files)
            case _:
                for n in range(BURST):
                    discord_.say(user, place, f"{discord_.bot.mention} {ASK} {turn} {n}")
                    await asyncio.sleep(0)
        seen[("burst", "long words", "files", "mentions")[turn % 4]] += 1
        await asyncio.sleep(PAUSE / BURST if turn % 4 in (1, 2) else PAUSE)
        turn += 1


async def phase(honest: int, attackers: int, seconds: float, workers: int) -> Waited:
    """Start a service, and let everybody ask, beside those who attack."""
    with tempfile.TemporaryDirectory() as folder:
        home, waited = Path(folder), Waited()
        async with FakeDiscord() as discord_:
            everybody = people(discord_, honest)
            given = {
                "DISCORD_API_URL": discord_.api,
                "DISCORD_GATEWAY_URL": discord_.gateway_url,
                "DISCORD_BOT_TOKEN": discord_.token,
            }
            words = [*wire.SERVICE, *(["--workers", str(workers)] if workers else [])]
            async with wire.running(words, home, **given) as process:
                await discord_.ready()
                bob = discord_.user("bob", discord_.guild("Warm"))
                first = discord_.say(bob, discord_.dm(bob), ASK)
                await discord_.until(lambda: first.channel.id in _answers(discord_), wire.WAIT)
                await _asked(discord_, process, home, waited, everybody, attackers, seconds)
    return waited


async def _asked(
    discord_: FakeDiscord,
    process: wire.Process,
    home: Path,
    waited: Waited,
    everybody: list[Person],
    attackers: int,
    seconds: float,
) -> None:
    begin, moments = time.time() + 1.0, random.Random(1)
    before, own = family(process, home)[0], sum(os.times()[:2])
    asked: list[Message] = []
    used: list[Interaction] = []

    async def ask(number: int, who: Person, after: float) -> None:
        await asyncio.sleep(max(0.0, begin + after - time.time()))
        if number % 5 == 4:
            used.append(discord_.command(who.user, who.place, "finetune", "check", text=ASK))
        else:
            text = ASK if who.direct else f"{discord_.bot.mention} {ASK}"
            asked.append(discord_.say(who.user, who.place, text))

    watching = asyncio.create_task(watch(process, home, begin, waited))
    asking = [asyncio.create_task(ask(n, who, seconds * moments.random())) for n, who in enumerate(everybody)]
    await asyncio.sleep(max(0.0, begin - time.time()))
    attacking = [
        asyncio.create_task(attack(discord_, number, begin + seconds, waited.attacks)) for number in range(attackers)
    ]
    await asyncio.gather(*asking, *attacking)
    end = time.time() + END
    places = {each.channel.id for each in asked}
    while not places <= _answers(discord_).keys() and time.time() < end:  # noqa: ASYNC110  the fake is not asked at each change
        await asyncio.sleep(1.0)
    answers = _answers(discord_)
    for message in asked:
        answered = answers.get(message.channel.id)
        if answered is None:
            waited.unanswered += 1
        else:
            waited.answers.append(answered.at - message.at)
    waited.acks = [each.acked_after for each in used if each.acked_after is not None]
    waited.lost = len(used) - len(waited.acks)
    watching.cancel()
    cpu = family(process, home)[0]
    waited.cpu = {name: cpu[name] - before.get(name, 0.0) for name in cpu}
    waited.cpu["fake and people"] = sum(os.times()[:2]) - own
    discord_.assert_no_offences()


def _answers(discord_: FakeDiscord) -> dict[int, Message]:
    """Return the first answer in each place, or in a thread from there; honest people have one each to themselves."""
    found: dict[int, Message] = {}
    for each in discord_.messages.values():
        if each.author is discord_.bot and ANSWERED in text_of(each):
            for place in filter(None, (each.channel, each.channel.parent)):
                found.setdefault(place.id, each)
    return found


if __name__ == "__main__":
    main(phase, __doc__)
