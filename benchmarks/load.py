"""Honest people and attackers at one service on the fake Slack: who is answered, how soon, and in how much memory.

    python -m benchmarks.load [--honest 500] [--attackers 50] [--seconds 120] [--workers 0] [--rounds 1]

Honest people ask once, at random moments that are the same in all runs: most in direct messages, every fourth in a
channel. Attackers begin together and go on as fast as they are acknowledged and Slack lets them post: bursts, long
words, ten files at once that are slow to read, and mentions late in threads of 200 long messages. Each round asks first
without the attackers, then with them, of a service that was just started, at its usual pace, without a model and with a
store of its own.

Four processes take part, and each waits for nothing but what it measures: the service with its children, the strict
fake here, those who ask, and those who attack (`load_crowd`). An acknowledgement counts from when it was delivered
first, an answer from when it was asked to when the fake got it; an apology or a limit is none. The last line is JSON.
"""

import argparse
import asyncio
import json
import math
import os
import random
import secrets
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters.slack.manifest import EVENTS_PATH
from benchmarks import wire
from tests.fakes.slack import FakeSlack, Message, delivery, posting, text_of
from tests.slack.service import fake

Json = dict[str, Any]
ASK = "should we finetune? our replies never keep our tone"
ANSWERED = "never keep our tone"
"""What stands in an answer to that, and in no apology."""
MIB = 2**20
FILES = {
    "fences.txt": b"```\nx\n" * (MIB // 6),
    "rows.csv": b"a,b\n" * (MIB // 4),
    "table.csv": b"input,output\n" + b"some words to pad it out,x\n" * 38_000,
    "lines.jsonl": b'{"input": "a", "output": "b"}\n' * 34_000,
}
LONG = ("gpt-4 " * 6_000, "12.5k " * 6_000, "> a\n" * 9_000)
THREADS = (
    "we looked at that last week and could not agree whether the labels are any good, so it was put off again. " * 35,
    "competitor X uses 40 `a 'b c 1. 12.5k gpt-4 > a [x](y) -  " * 60,
)
"""What is said over and over in a thread: in earnest, and to be slow to read."""
EARLIER = 200
LATE = 6
"""Threads of an attacker in which it mentions the service late."""
AHEAD = 0.55
"""Seconds between the names of two cycles of an attacker, which were given before."""
END = 90.0
"""Seconds that the last answers have."""
MINUTE = 60.0
BURST = 1.0
"""Minutes' worth of calls that Slack takes of each method at once (docs/platforms.md#slack-rate-limits)."""


@dataclass
class Waited:
    """What honest people waited for, in seconds."""

    acks: list[float] = field(default_factory=list[float])
    answers: list[float] = field(default_factory=list[float])
    lost: int = 0
    """Deliveries that were never acknowledged."""
    unanswered: int = 0
    otherwise: Counter[str] = field(default_factory=Counter[str])
    """What was said instead of an answer."""
    attacks: Counter[str] = field(default_factory=Counter[str])
    """What came of deliveries of attackers."""
    cpu: dict[str, float] = field(default_factory=dict[str, float])
    """Seconds of processor time, by who used it."""
    memory: list[tuple[float, dict[str, float]]] = field(default_factory=list[tuple[float, dict[str, float]]])
    """MiB by whose they are, at seconds after the begin."""

    def told(self) -> Json:
        return {
            **{f"ack_{name}_ms": round(1000 * at(self.acks, share), 1) for name, share in SHARES.items()},
            **{f"answer_{name}_ms": round(1000 * at(self.answers, share)) for name, share in SHARES.items()},
            "unacknowledged": self.lost,
            "unanswered": self.unanswered,
            "said_instead": dict(self.otherwise),
            "attacks": dict(self.attacks),
            "cpu_seconds": {name: round(used, 1) for name, used in self.cpu.items()},
            "memory_mib": {
                name: [round(most(each.get(name, 0.0) for each in part), 1) for part in self._minutes()]
                for name in ("service", "workers", "reading", "store")
            },
        }

    def _minutes(self) -> list[list[dict[str, float]]]:
        """Return what was held before, in each minute, and at the end."""
        last = max((when for when, _ in self.memory), default=0.0)
        minutes = [
            [held for when, held in self.memory if MINUTE * n < when <= MINUTE * (n + 1)]
            for n in range(math.ceil(last / MINUTE))
        ]
        return [[self.memory[0][1]], *minutes, [self.memory[-1][1]]] if self.memory else []


SHARES = {"p50": 0.5, "p95": 0.95, "max": 1.0}


def at(seconds: Sequence[float], share: float) -> float:
    """Return the seconds within which this share was done."""
    held = sorted(seconds)
    return held[max(0, math.ceil(share * len(held)) - 1)] if held else math.nan


def most(values: Any) -> float:
    return max(values, default=math.nan)


@dataclass
class Attacker:
    """Somebody who attacks, with what stands in the fake before: what they say again and again, and long threads."""

    user: str
    room: str
    channel: str
    kinds: tuple[list[list[int]], ...]
    """Bursts, long words, files and late mentions: each message as the numbers of its bodies."""
    roots: list[str]


@dataclass
class Crowd:
    """Everybody, with what they will say: each message stands in the fake before the service hears of it."""

    slack: FakeSlack
    seconds: float
    begin: float = 0.0
    """When they begin, in seconds since 1970: set once what stands before is there, which takes long."""

    def asking(self, people: Sequence[str]) -> tuple[list[Json], list[tuple[Message, float]]]:
        """Return what honest people send, and the messages with when they are sent."""
        sent: list[Json] = []
        asked: list[tuple[Message, float]] = []
        moments = random.Random(1)
        for number, user in enumerate(people):
            after = self.seconds * moments.random()
            direct = number % 4 != 0
            room = self.slack.dm(user) if direct else self.slack.general
            if not direct:
                self.slack.channels[room].members.add(user)
            text = ASK if direct else f"<@{self.slack.bot}> {ASK}"
            message = self._say(user, room, text, self.begin + after)
            asked.append((message, self.begin + after))
            sent += [{"after": after, "body": json.dumps(body)} for body in self._bodies(message, direct=direct)]
        return sent, asked

    def attacker(self, number: int, user: str, bodies: list[Json]) -> Attacker:
        """Put what an attacker said before into the fake, and what is said again and again into the bodies."""
        room, channel = self.slack.dm(user), self.slack.add_channel(f"c-{user}", user)
        names = list(FILES)
        files = [
            self.slack.upload(user, f"{n}-{name}", FILES[name])
            for n, name in enumerate(names[(number + n) % len(names)] for n in range(10))
        ]

        def add(message: Message, *, direct: bool = True) -> list[int]:
            made = self._bodies(message, direct=direct)
            bodies.extend(made)
            return list(range(len(bodies) - len(made), len(bodies)))

        before = time.time() - 3600
        burst = [add(self._say(user, room, f"{ASK} {n}", before)) for n in range(10)]
        long = [add(self._say(user, room, text, before)) for text in LONG]
        sharing = [add(self._say(user, room, "run these", before, files=files))]
        late: list[list[int]] = []
        roots: list[str] = []
        for n in range(LATE):
            root = self._say(user, channel, THREADS[n % len(THREADS)], before)
            for _ in range(EARLIER - 1):
                self._say(user, channel, THREADS[n % len(THREADS)], before, thread=root.ts)
            said = self._say(user, channel, f"<@{self.slack.bot}> {ASK}", before, thread=root.ts)
            late.append(add(said, direct=False))
            self.slack.channels[channel].messages.remove(said)
            roots.append(root.ts)
        return Attacker(user, room, channel, (burst, long, sharing, late), roots)

    def attacking(self, number: int, who: Attacker) -> list[list[tuple[int, str]]]:
        """Return the cycles of an attacker, as numbers of bodies with the ts of each."""
        cycles: list[list[tuple[int, str]]] = []
        burst, long, sharing, late = who.kinds
        for turn in range(number, number + int(self.seconds / AHEAD)):
            kind, again = turn % 4, turn // 4
            chosen = (burst, long[again % 3 :][:1], sharing, late[again % LATE :][:1])[kind]
            cycle: list[tuple[int, str]] = []
            for each in chosen:
                thread = who.roots[again % LATE] if kind == 3 else None
                where = who.channel if kind == 3 else who.room
                ts = self._say(who.user, where, "", self.begin + AHEAD * (turn - number), thread=thread).ts
                cycle += [(one, ts) for one in each]
            cycles.append(cycle)
        return cycles

    def _say(
        self, user: str, room: str, text: str, when: float, *, thread: str | None = None, files: Sequence[Any] = ()
    ) -> Message:
        ts = f"{when + next(_apart):.6f}"
        message = Message(ts, room, user, posting.typed(text), posting.rich_text(text), thread)
        message.files, message.subtype = [*files], "file_share" if files else None
        return posting.store(self.slack, message)

    def _bodies(self, message: Message, *, direct: bool) -> list[Json]:
        """Return the events of a message, as Slack makes them."""
        team = self.slack.team_of(message.channel)
        kept = posting.as_json(self.slack, message) | {"channel": message.channel, "event_ts": message.ts}
        events = [{**kept, "channel_type": "im" if direct else "channel"}]
        if not direct:
            events.append({**kept, "type": "app_mention"})
        return [delivery.wrapped(self.slack, team, each) for each in events]


def _steps() -> Any:
    while True:
        for number in range(1, 100_000):
            yield number * 1e-6


_apart = _steps()


def family(process: wire.Process, home: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Return the processor seconds and the MiB of a service: itself and its workers, those who read, the store."""
    parents: dict[int, int] = {}
    used: dict[int, float] = {}
    names: dict[int, str] = {}
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (each / "stat").read_text().rpartition(")")[2].split()
            pid = int(each.name)
            parents[pid], used[pid] = int(fields[1]), (int(fields[11]) + int(fields[12])) / wire.TICK
            if home in (each / "cwd").readlink().parents:
                names[pid] = "store"
            elif b"anyio.to_process" in (each / "cmdline").read_bytes():
                names[pid] = "reading"
            elif b"--attached" in (each / "cmdline").read_bytes():
                names[pid] = "workers"
    cpu, mib = defaultdict[str, float](float), defaultdict[str, float](float)
    for pid in parents:
        above = pid
        while above in parents and above != process.pid:
            above = parents[above]
        if (name := names.get(pid, "service" if above == process.pid else "")) and (
            above == process.pid or name == "store"
        ):
            with suppress(OSError, IndexError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                mib[name] += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
                cpu[name] += used[pid]
    return dict(cpu), dict(mib)


async def crowd(plan: Json) -> Json:
    """Run people in a process of their own, and return what they waited for."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.load_crowd",
        cwd=wire.ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(json.dumps(plan).encode())
    return json.loads(said)


async def phase(honest: int, attackers: int, seconds: float, workers: int) -> Waited:
    """Start a service, and let everybody ask, beside those who attack."""
    with tempfile.TemporaryDirectory() as folder:
        home, waited = Path(folder), Waited()
        async with fake(burst=BURST) as slack:
            given = {
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_API_URL": slack.api_url,
                "SLACK_SIGNING_SECRET": slack.signing_secret,
                "ADVISOR_SECRET_KEY": secrets.token_urlsafe(32),
            }
            words = [*wire.SERVICE, *(["--workers", str(workers)] if workers else [])]
            async with wire.running(words, home, **given) as process:
                slack.deliver_to(f"{process.url}{EVENTS_PATH}")
                await slack.say(slack.bob, slack.dm(slack.bob), ASK)
                await slack.until(lambda: slack.said(slack.dm(slack.bob)))
                await _asked(slack, process, home, waited, honest, attackers, seconds)
    return waited


async def _asked(
    slack: FakeSlack,
    process: wire.Process,
    home: Path,
    waited: Waited,
    honest: int,
    attackers: int,
    seconds: float,
) -> None:
    made, bodies = Crowd(slack, seconds), list[Json]()
    against = [made.attacker(number, slack.add_user(f"a{number}"), bodies) for number in range(attackers)]
    made.begin = time.time() + 5.0 + (honest + attackers * seconds) / 100
    sent, asked = made.asking([slack.add_user(f"p{n}") for n in range(honest)])
    cycles = [made.attacking(number, each) for number, each in enumerate(against)]
    common: Json = {"url": slack.request_url, "secret": slack.signing_secret, "begin": made.begin, "seconds": seconds}
    before, own = family(process, home)[0], sum(os.times()[:2])
    watching = asyncio.create_task(watch(process, home, made.begin, waited))
    running = [crowd({**common, "honest": sent, "attackers": [], "bodies": []})]
    if attackers:
        running.append(crowd({**common, "honest": [], "attackers": cycles, "bodies": bodies}))
    came = await asyncio.gather(*running)
    if (late := max(each["late"] for each in came)) > 0:
        raise SystemExit(
            f"People began {late:.1f} s late, so nothing was measured: this machine has too much else to do."
        )
    waited.acks = [each for each in came[0]["acks"] if each is not None]
    waited.lost = len(sent) - len(waited.acks)
    left = made.begin + seconds + END - time.time()
    with suppress(AssertionError):
        await slack.until(lambda: all(_answered(slack, each) is not None for each, _ in asked[::-1]), left)
    for message, when in asked:
        answered = _answered(slack, message)
        if answered is None:
            waited.unanswered += 1
            waited.otherwise.update(text_of(each)[:100] for each in slack.said(message.channel, message.ts))
        else:
            waited.answers.append(answered - when)
    watching.cancel()
    used = family(process, home)[0]
    waited.cpu = {name: used[name] - before.get(name, 0.0) for name in used}
    waited.cpu["fake"] = sum(os.times()[:2]) - own
    waited.cpu["those who ask"] = came[0]["used"]
    if attackers:
        waited.attacks, waited.cpu["attackers"] = Counter(came[1]["outcomes"]), came[1]["used"]


def _answered(slack: FakeSlack, message: Message) -> float | None:
    """Return when a message got its answer, None where it has none."""
    said = slack.said(message.channel, message.ts, message.user)
    return next((each.sent_at for each in said if ANSWERED in text_of(each)), None)


async def watch(process: wire.Process, home: Path, begin: float, waited: Waited) -> None:
    """Note what a service holds, every two seconds."""
    while True:
        # Apart from the loop: what is sent meanwhile would wait for all of /proc.
        _, held = await asyncio.to_thread(family, process, home)
        waited.memory.append((time.time() - begin, held))
        await asyncio.sleep(2.0)


Phase = Callable[[int, int, float, int], Awaitable[Waited]]
"""Let so many honest people ask, beside so many attackers, for so many seconds, of a service with so many workers."""


async def measured(phase: Phase, honest: int, attackers: int, seconds: float, workers: int, rounds: int) -> Json:
    """Run both phases so often in turn, and return the figures."""
    without, beside = Waited(), Waited()
    for _ in range(rounds):
        for whole, against in ((without, 0), (beside, attackers)):
            waited = await phase(honest, against, seconds, workers)
            print(json.dumps({"attackers": against, **waited.told()}), flush=True)
            whole.acks += waited.acks
            whole.answers += waited.answers
            whole.lost += waited.lost
            whole.unanswered += waited.unanswered
    quiet, loud = (
        {name: figure for name, figure in each.told().items() if isinstance(figure, int | float)}
        for each in (without, beside)
    )
    return {
        "honest": honest,
        "attackers": attackers,
        "seconds": seconds,
        "workers": workers,
        "rounds": rounds,
        "without": quiet,
        "with": loud,
        "ratio": {name: round(loud[name] / quiet[name], 2) for name in ("ack_p95_ms", "answer_p95_ms") if quiet[name]},
    }


def main(phase: Phase, told: str | None) -> None:
    """Run it from the command line."""
    asked = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--honest", type=int, default=500)
    asked.add_argument("--attackers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=120.0)
    asked.add_argument("--workers", type=int, default=0, help="of `serve --workers`")
    asked.add_argument("--rounds", type=int, default=1)
    given = asked.parse_args()
    print(json.dumps(asyncio.run(measured(phase, **vars(given)))))


if __name__ == "__main__":
    main(phase, __doc__)
