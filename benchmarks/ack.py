"""How soon deliveries are acknowledged while the service works: beside a bare echo, and while large messages are read.

    python -m benchmarks.ack [--seconds 20] [--rate 50]

A model server that takes two seconds for each call takes part. Mentions of the same posts come at a steady pace to both
processes, one after the other. A quarter of the time into a run one message of 12,000 characters comes in, and half
of the time into it a mention in a thread in which 200 messages were said before.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks import wire
from benchmarks.posts import posts
from tests.fakes.model.advice import advises, reads_nothing
from tests.fakes.model.server import Answer, Body, model_server, says

SLOW = 2.0
"""Seconds of a call to the model."""
LONG = 12_000
EARLIER = 200
MODEL = "gpt-4o"


def slowly(body: Body) -> Answer:
    """Answer as a model that is in no hurry."""
    return replace(reads_nothing(body) or advises(body) or says("yes"), delay=SLOW)


async def acknowledged(slack: wire.Slack, process: wire.Process, texts: list[str], rate: float) -> list[float]:
    """Return the seconds of each acknowledgement, in order, with two large messages in between.

    One that was refused counts as a minute: Slack brings it again, at once or after one.
    """
    taken: list[float] = []

    async def one(number: int, text: str, thread: str | None) -> None:
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        try:
            taken.append(await slack.deliver(process, slack.event(text, thread=thread)[1]))
        except wire.RefusedError:
            taken.append(wire.WAIT)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, text in enumerate(texts):
            said = (text * (LONG // len(text) + 1))[:LONG] if number == len(texts) // 4 else text
            thread = "1600000000.000200" if number == len(texts) // 2 else None
            group.create_task(one(number, said, thread))
    return sorted(taken)


def at(taken: list[float], share: float) -> float:
    """Return the milliseconds within which this share was acknowledged."""
    return 1000 * taken[min(len(taken) - 1, int(len(taken) * share))]


async def measured(seconds: float, rate: float) -> dict[str, float]:
    """Return the figures, and print them."""
    texts = posts(int(seconds * rate), seed=2)
    figures: dict[str, float] = {}
    async with model_server(slowly, models=(MODEL,)) as model, wire.slack() as slack:
        slack.before = EARLIER
        own = {"OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "bench", "ADVISOR_MODEL": MODEL}
        with tempfile.TemporaryDirectory() as folder:
            kinds: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
                "echo": (("-m", "benchmarks.echo", "slack"), {}),
                "service": (("-m", "finetune_advisor", "serve"), own),
            }
            found: dict[str, list[float]] = {}
            for name, (arguments, given) in kinds.items():
                async with wire.running(arguments, Path(folder) / name, **slack.settings(), **given) as process:
                    await acknowledged(slack, process, texts[:10], 5.0)
                    found[name] = await acknowledged(slack, process, texts, rate)
                    slack.forget()
    for share in (0.5, 0.99, 0.999):
        bare, own_ = at(found["echo"], share), at(found["service"], share)
        name = f"p{share * 100:g}"
        wire.table({f"acknowledged, {name}": f"{own_:7.1f} ms, the echo {bare:6.1f} ms, {own_ / bare:5.1f} times it"})
        figures |= {f"ack_{name}_ms": round(own_, 1), f"ack_{name}_over_echo": round(own_ / bare, 1)}
    refused = sum(each == wire.WAIT for each in found["service"])
    late = sum(3.0 < each < wire.WAIT for each in found["service"])
    wire.table(
        {"acknowledged after Slack's three seconds": f"{late} of {len(texts)}; refused, to be brought again: {refused}"}
    )
    return {**figures, "ack_late": late, "ack_refused": refused, "ack_rate": rate}


def main() -> None:
    """Run it from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=50.0, help="mentions a second")
    given = parser.parse_args()
    print(json.dumps(asyncio.run(measured(given.seconds, given.rate))))


if __name__ == "__main__":
    main()
