"""Write what the advisor says to each post, for people or models to judge beside other answers.

    python benchmarks/panel.py CASES OUT --base-url http://127.0.0.1:8100/v1 [--model m] [--ids fc004 fc007]

Each thread is told its post, then the answers to what is asked, from `likely_answers` and `stated`. OUT gets a line a
thread: the post, what was answered later, the first reply and the last, with the sources. The day is fixed, so that a
server which looks its answers up by the request finds them again. The last line printed is JSON.
"""

import argparse
import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.chat import wording
from bot.chat.events import Answered, Body, Event, Said
from bot.chat.reply import Choices, Part, Text
from bot.consultation.advice import Ask
from bot.consultation.answer import Answer
from bot.consultation.derived import deriver, explainer
from bot.consultation.model import Consultation
from bot.model.client import Model
from bot.turn.context import TurnContext
from bot.turn.turn import TurnResult, turn
from knowledge.load import load
from knowledge.prices import load_prices
from knowledge.values import value_fits

DAY = date(2026, 11, 26)
WHEN = datetime(2026, 11, 26, tzinfo=UTC)
MOST_TURNS = 30


@dataclass
class Thread:
    """A post on its way to the verdict."""

    post: str
    later: list[str]
    first: str = ""
    last: str = ""
    calls: int = 0
    tokens: int = 0
    faults: tuple[str, ...] = ()
    by: str | None = None
    verdict: str = ""


def said(parts: Iterable[Part]) -> str:
    """Return the words of a reply as they are read, with its buttons; what was noted and forms left out."""
    shown: list[str] = []
    for part in parts:
        if isinstance(part, Choices):
            shown.append(" ".join(f"[{option.label}]" for option in part.options))
        elif isinstance(part, Text) and not part.detail and not part.markdown.startswith("Noted: "):
            shown.append(f"(in small print) {part.markdown}" if part.quiet else part.markdown)
    return "\n\n".join(shown)


def whole(result: TurnResult, given: Answer | None, context: TurnContext) -> str:
    """Return a reply with what *Sources* lists below it."""
    text = "\n\n".join(said(reply.parts) for reply in result.replies if reply.to is None)
    return f"{text}\n\nSources:\n{wording.footnotes(context.knowledge, given)}" if given and given.sources else text


async def go_through(data: Mapping[str, Any], context: TurnContext) -> Thread:
    """Take a thread from its post to its verdict."""
    thread = Thread(data["question"], [])
    case = Consultation(id=data["id"], started=WHEN, updated=WHEN)
    answers = {**data["likely_answers"], **data["stated"]}
    facts = context.knowledge.facts
    body: Body = Said(text=data["question"])
    result: TurnResult | None = None
    for number in range(MOST_TURNS):
        event = Event(conversation=case.id, platform="test", message=str(number), author="asker", at=WHEN, body=body)
        result = await turn(case, [event], context)
        case = result.consultation
        if result.answer:
            thread.calls += result.answer.calls
            thread.tokens += result.answer.tokens_in
            thread.faults += result.answer.faults
        thread.first = thread.first or whole(result, result.answer, context)
        if not isinstance(result.move, Ask):
            break
        given = {f: answers.get(f) for f in result.move.facts}
        fits = {f: None if v is None else value_fits(facts[f], v) for f, v in given.items()}
        for fact, value in fits.items():
            told = wording.UNKNOWN if value is None else wording.value(context.knowledge, fact, value)
            thread.later.append(f"{context.knowledge.asks[fact].ask} {told}")
        body = Answered(facts=fits)
    if result is not None:
        thread.last, thread.by = whole(result, result.answer, context), result.answer.by if result.answer else None
        thread.verdict = case.verdict.clause if case.verdict else ""
    return thread


async def run(threads: list[Mapping[str, Any]], name: str, url: str) -> list[Thread]:
    """Go through the threads, one after the other."""
    prices, model = load_prices(), Model(name, url)
    context = TurnContext(load(), deriver(prices, DAY), model, True, explainer(prices, DAY), prices=prices, today=DAY)
    try:
        return [await go_through(thread, context) for thread in threads]
    finally:
        await model.aclose()


def report(threads: list[Mapping[str, Any]], came: list[Thread], out: Path) -> None:
    """Write what was said, and print how each thread went."""
    lines = [json.dumps({"id": d["id"], **vars(t)}, ensure_ascii=False) for d, t in zip(threads, came, strict=True)]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for data, thread in zip(threads, came, strict=True):
        print(data["id"], thread.verdict, thread.by or "assembled", *(f"\n    {fault}" for fault in thread.faults))
    figures = {
        "threads": len(came),
        "worded": sum(thread.by is not None for thread in came),
        "failed_checks": sum(bool(thread.faults) for thread in came),
        "words": round(sum(len(thread.last.split("\n\nSources:")[0].split()) for thread in came) / max(1, len(came))),
    }
    print(json.dumps(figures))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="threads, one JSON object a line")
    parser.add_argument("out", type=Path, help="what was said, one JSON object a line")
    parser.add_argument("--base-url", required=True, help="an OpenAI-compatible server")
    parser.add_argument("--model", default="m", help="its model (m)")
    parser.add_argument("--ids", nargs="*", help="these threads alone")
    given = parser.parse_args()
    threads = [json.loads(line) for line in given.cases.read_text(encoding="utf-8").splitlines() if line.strip()]
    chosen = [thread for thread in threads if not given.ids or thread["id"] in given.ids]
    report(chosen, asyncio.run(run(chosen, given.model, given.base_url)), given.out)


if __name__ == "__main__":
    main()
