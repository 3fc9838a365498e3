"""Take threads to their verdict, answers worded by a model with a delay, and count calls, tokens and seconds.

    python benchmarks/answers.py CASES [--delay 2] [--threads 20] [--at-once 4]

The model is a loopback server that reads each thread as it is labelled and answers in the form that is asked for.
Its tokens are counted at four characters each. Facts that a thread does not state are chosen, one question after the
other, from its `likely_answers`. A press is a turn in which no model is called. The last line is JSON.
"""

import argparse
import asyncio
import json
import math
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.chat.events import Answered, Body, Event, Said
from bot.consultation.advice import Ask
from bot.consultation.derived import deriver, explainer
from bot.consultation.model import Consultation
from bot.model.client import Model
from bot.turn.context import TurnContext
from bot.turn.turn import turn
from knowledge.load import load
from knowledge.prices import load_prices
from knowledge.values import value_fits

DAY = date(2026, 11, 26)
WHEN = datetime(2026, 11, 26, tzinfo=UTC)
MOST_TURNS = 30
SAID: Mapping[str, str] = {
    "German": "Zeige dem Modell zuerst deine eigenen guten Antworten, denn das ist am schnellsten versucht [1].",
    "French": "Montrez d'abord au modèle vos propres bonnes réponses, car c'est ce qui se fait le plus vite [1].",
    "Spanish": "Muestra primero al modelo tus propias buenas respuestas, porque es lo más rápido de hacer [1].",
    "Chinese": "先把你自己认可的好答案给模型看，这是最快的办法[1]。",
    "Japanese": "まずは自分で良いと思う回答をモデルに見せてください。それが一番早い方法です[1]。",
}
ENGLISH = "Show the model your own good replies first, since nothing else is tried as fast [1]."
STEPS = ("Put your best replies beside their inputs.", "Run what you have on inputs that you kept aside.")


@dataclass(frozen=True)
class Server:
    """A loopback model."""

    threads: Sequence[Mapping[str, Any]]
    delay: float

    async def complete(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        await asyncio.sleep(self.delay)
        said = "\n".join(str(each["content"]) for each in body["messages"])
        tokens = len(said) // 4
        form: dict[str, Any] = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
        answers = "calculations" in form.get("properties", {})
        text = json.dumps(_answer(said) if answers else self._reading(said, form))
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
        usage = {"prompt_tokens": tokens, "completion_tokens": len(text) // 4, "total_tokens": tokens + len(text) // 4}
        return web.json_response({"id": "1", "object": "chat.completion", "created": 0, "model": "m",
                                  "choices": [choice], "usage": usage})  # fmt: skip

    def _reading(self, said: str, form: Mapping[str, Any]) -> dict[str, Any]:
        """Return the facts of the thread whose words these are, as it is labelled."""
        names: Sequence[str] = list(form["properties"]["facts"]["properties"])
        thread = next((t for t in self.threads if " ".join(t["question"].split())[:80] in " ".join(said.split())), None)
        told: Mapping[str, Any] = thread["stated"] if thread else {}
        facts: dict[str, Any] = {
            name: {"value": told[name], "quotes": [thread["quotes"][name]]} if thread and name in told else None
            for name in names
        }
        sent: dict[str, Any] = {
            "language": "English",
            "addressed": "advisor",
            "situation": "",
            "complaint": None,
            "asks": [],
            "wants": "nothing",
            "facts": facts,
            "corrects": [],
            "unsure": None,
        }
        return {name: sent[name] for name in form["properties"]}


def _answer(said: str) -> dict[str, Any]:
    """Return an answer that fits the request: its stance, its language, and a source that it offers."""
    language = re.search(r"language of who asked \((\w+)\)", said)
    stance = re.search(r"Stance to keep: ([a-z ]+)\.", said)
    source = re.search(r"^\[id ([^\]]+)\]", said, re.MULTILINE)
    spoken = language.group(1) if language else "English"
    text = SAID.get(spoken, ENGLISH)
    return {
        "direct": "",
        "changes": [],
        "whether": True,
        "language": spoken,
        "stance": stance.group(1) if stance else "not yet",
        "calculations": [],
        "text": text if source else text.replace("[1]", ""),
        "footnotes": [{"number": 1, "source": source.group(1)}] if source else [],
        "steps": [{"text": step, "experiment": "none"} for step in STEPS] if text == ENGLISH else [],
        "question": None,
        "lines": [],
        "objection": None,
    }


@dataclass(frozen=True)
class Came:
    """How a thread went."""

    calls: int
    tokens: int
    answered: tuple[float, ...]
    """Seconds of the turns in which a model was called for an answer."""
    pressed: tuple[float, ...]
    failed: int
    done: bool


async def go_through(thread: Mapping[str, Any], context: TurnContext) -> Came:
    """Take a thread from its post to its verdict."""
    case = Consultation(id=thread["id"], started=WHEN, updated=WHEN)
    answers = {**thread["likely_answers"], **thread["stated"]}
    body: Body = Said(text=thread["question"])
    calls = tokens = failed = 0
    answered: list[float] = []
    pressed: list[float] = []
    move: object = None
    for number in range(MOST_TURNS):
        event = Event(conversation=case.id, platform="test", message=str(number), author="asker", at=WHEN, body=body)
        begun = time.perf_counter()
        outcome = await turn(case, [event], context)
        took = time.perf_counter() - begun
        case, given, move = outcome.consultation, outcome.answer, outcome.move
        if given and given.calls:
            answered.append(took)
            calls, tokens, failed = calls + given.calls, tokens + given.tokens_in, failed + bool(given.faults)
        elif isinstance(body, Answered):
            pressed.append(took)
        if not isinstance(move, Ask):
            break
        facts = context.knowledge.facts
        wanted = {fact: answers.get(fact) for fact in move.facts}
        body = Answered(facts={f: None if v is None else value_fits(facts[f], v) for f, v in wanted.items()})
    return Came(calls, tokens, tuple(answered), tuple(pressed), failed, not isinstance(move, Ask))


def _high(times: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return sorted(times)[max(0, math.ceil(0.95 * len(times)) - 1)] if times else 0.0


async def measure(threads: Sequence[Mapping[str, Any]], delay: float, at_once: int) -> None:
    """Go through the threads and print the figures."""
    server = Server(threads, delay)
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", server.complete)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    prices = load_prices()
    model = Model("m", f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
    context = TurnContext(load(), deriver(prices, DAY), model, True, explainer(prices, DAY), prices=prices, today=DAY)
    room = asyncio.Semaphore(at_once)

    async def one(thread: Mapping[str, Any]) -> Came:
        async with room:
            return await go_through(thread, context)

    try:
        came = await asyncio.gather(*map(one, threads))
    finally:
        await model.aclose()
        await runner.cleanup()
    print(f"{sum(each.done for each in came)} of {len(came)} threads came to a verdict")
    print(f"calls for an answer: {sorted(each.calls for each in came)}")
    print(f"seconds with an answer: {statistics.median(t for each in came for t in each.answered):.2f} in the median")
    figures = {
        "calls_median": statistics.median(each.calls for each in came),
        "tokens_median": statistics.median(each.tokens for each in came),
        "answer_p95_s": round(_high([t for each in came for t in each.answered]), 2),
        "press_p95_s": round(_high([t for each in came for t in each.pressed]), 3),
        "failed_checks": sum(each.failed for each in came),
    }
    print(json.dumps(figures))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="threads, one JSON object a line")
    parser.add_argument("--delay", type=float, default=2.0, help="seconds that the model takes (2)")
    parser.add_argument("--threads", type=int, help="how many threads; all by default")
    parser.add_argument("--at-once", type=int, default=4, help="threads that go on at the same time (4)")
    given = parser.parse_args()
    threads = [json.loads(line) for line in given.cases.read_text(encoding="utf-8").splitlines()][: given.threads]
    asyncio.run(measure(threads, given.delay, given.at_once))


if __name__ == "__main__":
    main()
