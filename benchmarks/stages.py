"""Where the time of a turn goes, without a platform and a store: reading, deciding, answering, showing; many clauses.

    python -m benchmarks.stages [--posts 100]

Processor time of this process; the shares are those of one run over the same posts. The decision with many clauses is
that of a folder of generated house rules beside our own.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from adapters.slack.render.controls import Face
from adapters.slack.render.messages import messages
from benchmarks import wire
from benchmarks.posts import posts
from bot import reading
from bot.app import known
from bot.chat.events import Event, Said
from bot.consultation.advice import next_move
from bot.consultation.model import Consultation
from bot.settings import Settings
from bot.turn.turn import turn
from knowledge.decision import (
    Held,
    _decided,  # pyright: ignore[reportPrivateUsage]
    decide,
)
from knowledge.load import load
from tests.knowledge.test_many_clauses import house

T = TypeVar("T")
CLAUSES = (0, 100, 300, 1000)
"""Clauses of a house beside our own."""


def took(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds of processor time that it takes, and what it returns."""
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


async def stages(count: int) -> dict[str, float]:
    """Return the median milliseconds of each stage of a first turn."""
    parts = known(Settings())
    reading.prepare(parts.knowledge)
    context = parts.advisor(None)
    found: dict[str, list[float]] = {"reading": [], "decision": [], "showing": [], "the whole turn": []}
    every = iter(posts(2 * (count + 20)))
    # What was read before is read sooner: each reading has a post of its own.
    for number, (text, other) in enumerate(zip(every, every, strict=True)):
        now = datetime.now(UTC)
        event = Event(
            conversation=f"slack:T:C:{number}",
            platform="slack",
            workspace="T",
            channel="C",
            message=str(number),
            author="slack:T:U",
            at=now,
            body=Said(text=text),
        )
        case = Consultation(id=event.conversation, started=now, updated=now, asker=event.author)
        read, _ = took(lambda other=other: reading.understand(other, (), parts.knowledge, addressed=True))
        began = time.process_time()
        result = await turn(case, [event], context)
        whole = time.process_time() - began
        decided, _ = took(lambda result=result: next_move(result.consultation, parts.knowledge, context.derive))
        looks = Face(event.conversation, _sealed)
        shown, _ = took(lambda result=result, looks=looks: [messages(r.parts, looks) for r in result.replies])
        if number >= 20:
            for name, seconds in zip(found, (read, decided, shown, whole), strict=True):
                found[name].append(seconds)
    return {name: 1000 * statistics.median(taken) for name, taken in found.items()}


def _sealed(part: int, action: str, values: Sequence[str]) -> str:
    return f"{part} {action} {values}"


def decisions() -> dict[int, float]:
    """Return the milliseconds of a decision with so many clauses, the median over cases that know one fact each."""
    found: dict[int, float] = {}
    for more in CLAUSES:
        with tempfile.TemporaryDirectory() as folder:
            knowledge = load(house(Path(folder) / "house", more) if more else None)
        cases = [Held()] + [
            Held({name: spec.assume}) for name, spec in knowledge.facts.items() if spec.assume is not None
        ]
        for case in cases:
            decide(knowledge, case)
        # What was decided is remembered for a while: here each is decided anew.
        _decided.cache_clear()
        found[len(knowledge.clauses)] = 1000 * statistics.median(
            took(partial(decide, knowledge, case))[0] for case in cases
        )
    return found


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=100)
    count = parser.parse_args().posts
    times = asyncio.run(stages(count))
    whole = times["the whole turn"]
    for name, each in times.items():
        wire.table({f"a turn, {name}": f"{each:6.2f} ms, {each / whole:4.0%} of the turn"})
    decided = decisions()
    first = next(iter(decided.values()))
    for clauses, each in decided.items():
        wire.table({f"a decision with {clauses} clauses": f"{each:6.3f} ms, {each / first:5.1f} times the first"})
    figures = {f"stage_{name.replace(' ', '_')}_ms": round(each, 2) for name, each in times.items()}
    print(json.dumps(figures | {f"decision_{n}_ms": round(each, 3) for n, each in decided.items()}))


if __name__ == "__main__":
    main()
