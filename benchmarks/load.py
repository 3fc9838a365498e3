"""Honest people and attackers at one service on the fake Slack: who is answered, how soon, and in how much memory.

    python -m benchmarks.load [--honest 500] [--attackers 50] [--seconds 60]

Honest people ask in direct messages, evenly over the time. Attackers send bursts, long words, and files that are slow
to read. The same people ask twice, first without the attackers; the service is a process of its own, at its usual pace,
with a store of its own and no model. Seconds are those that a person sees: until the event was acknowledged, and until
the first answer was there. The last line is JSON.
"""

import argparse
import asyncio
import json
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.slack import FakeSlack
from tests.slack.service import Whole, fake, serving

ASK = "should we finetune? our replies never keep our tone"
MIB = 2**20
FILES = {
    "fences.txt": b"```\nx\n" * (MIB // 6),
    "rows.csv": b"a,b\n" * 39_000,
    "table.csv": b"input,output\n" + b"some words to pad it out,x\n" * 38_000,
    "lines.jsonl": b'{"input": "a", "output": "b"}\n' * 30_000,
}
LONG = ("gpt-4 " * 6_000, "12.5k " * 6_000, "> a\n" * 9_000)
END = 90.0
"""Seconds that the last answers have."""


@dataclass
class Waited:
    """What honest people waited for, in seconds."""

    acks: list[float] = field(default_factory=list[float])
    answers: list[float] = field(default_factory=list[float])
    unanswered: int = 0

    def told(self) -> dict[str, Any]:
        return {"ack_p95": p95(self.acks), "answer_p95": p95(self.answers), "unanswered": self.unanswered}


def p95(seconds: Sequence[float]) -> float:
    held = sorted(seconds)
    return round(held[max(0, math.ceil(0.95 * len(held)) - 1)], 3) if held else math.nan


async def asks(slack: FakeSlack, user: str, waited: Waited) -> None:
    """Ask once in a direct message, and wait until something was said to it."""
    room = slack.dm(user)
    began = time.monotonic()
    asked = await slack.say(user, room, ASK)
    waited.acks.append(time.monotonic() - began)
    while time.monotonic() - began < END:
        if any(each.user != user for each in slack.said(room, asked.ts)):
            waited.answers.append(time.monotonic() - began)
            return
        await asyncio.sleep(0.05)
    waited.unanswered += 1


async def attacks(slack: FakeSlack, user: str, number: int) -> None:
    """Send what is slow to read, as fast as it is acknowledged, until cancelled."""
    room = slack.dm(user)
    names = list(FILES)
    turn = number
    while True:
        turn += 1
        if turn % 3 == 0:
            await slack.say(user, room, LONG[turn % len(LONG)])
        elif turn % 3 == 1:
            chosen = [names[(turn + n) % len(names)] for n in range(10)]
            files = [slack.upload(user, f"{n}-{name}", FILES[name]) for n, name in enumerate(chosen)]
            await slack.say(user, room, "run these", files=files)
        else:
            await asyncio.gather(*(slack.say(user, room, f"{ASK} {n}") for n in range(10)))
        await asyncio.sleep(0.5)


async def phase(slack: FakeSlack, people: Sequence[str], attackers: Sequence[str], seconds: float) -> Waited:
    """Let everybody ask, spread over the time, beside those who attack."""
    waited = Waited()
    against = [asyncio.create_task(attacks(slack, user, n)) for n, user in enumerate(attackers)]
    asking: list[asyncio.Task[None]] = []
    began = time.monotonic()
    for number, user in enumerate(people):
        await asyncio.sleep(max(0.0, began + seconds * number / len(people) - time.monotonic()))
        asking.append(asyncio.create_task(asks(slack, user, waited)))
    await asyncio.gather(*asking)
    for task in against:
        task.cancel()
    await asyncio.gather(*against, return_exceptions=True)
    return waited


def memory(whole: Whole) -> float:
    """Return the MiB that the service holds, its processes for reading apart."""
    if whole.process is None:
        return math.nan
    status = Path(f"/proc/{whole.process.pid}/status")
    if not status.exists():
        return math.nan
    kib = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
    return round(int(kib.split()[1]) / 1024, 1)


async def measured(honest: int, attackers: int, seconds: float, *, own: bool = True) -> dict[str, Any]:
    """Run both phases, and return the figures."""
    with tempfile.TemporaryDirectory() as home:
        async with fake() as slack, serving(slack, Path(home), own=own, usual=own) as whole:
            people = [slack.add_user(f"p{n}") for n in range(honest)]
            against = [slack.add_user(f"a{n}") for n in range(attackers)]
            begun = memory(whole)
            quiet = await phase(slack, people, (), seconds)
            between = memory(whole)
            loud = await phase(slack, people, against, seconds)
            after = memory(whole)
            ratio = {
                what: round(loud.told()[what] / quiet.told()[what], 2)
                for what in ("ack_p95", "answer_p95")
                if quiet.told()[what]
            }
    return {
        "honest": honest,
        "attackers": attackers,
        "seconds": seconds,
        "without": quiet.told(),
        "with": loud.told(),
        "ratio": ratio,
        "memory_mib": {"begun": begun, "without": between, "with": after},
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--honest", type=int, default=500)
    asked.add_argument("--attackers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=60.0)
    given = asked.parse_args()
    print(json.dumps(asyncio.run(measured(given.honest, given.attackers, given.seconds))))


if __name__ == "__main__":
    main()
