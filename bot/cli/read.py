"""`advisor read --jsonl`: read messages without a conversation, one JSON object a line in and out."""

import asyncio
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from bot.cli.say import say
from bot.text.json import LineError, object_in

if TYPE_CHECKING:
    from bot.consultation.base import Value
    from bot.model.client import Model
    from knowledge.load import Knowledge

BESIDES = ("undo", "record")
"""Intents of a conversation, which a message by itself has nothing to do with; what is printed has 14, which stay."""
LIKE = '{"text": "about 300", "asked": ["examples"]}'


def read(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines on standard input and output.")] = False,
    no_model: Annotated[bool, typer.Option("--no-model", help="Work from rules and choices alone.")] = False,
) -> None:
    """Read messages for a program: what each is for, and the facts it states with the words that do."""
    if not jsonl:
        say(f"Say --jsonl: one JSON object a line, such as {LIKE}.", err=True)
        raise typer.Exit(2)
    asyncio.run(_read(no_model=no_model))


async def _read(*, no_model: bool) -> None:
    from bot.app import known, opening
    from bot.model.errors import ModelError
    from bot.model.select import choose
    from bot.reading import may_read
    from bot.settings import read_settings

    settings = read_settings()
    chosen = choose(settings, no_model=no_model, local=False)
    knowledge = known(settings).knowledge
    async with opening(chosen) as task:
        try:
            model = await task
        except ModelError as error:
            model = None
            say(f"{error.sentence} Going on without a model. (Reference {error.reference}.)", err=True)
        reads = model if model is not None and may_read(model.name, model.demonstration) else None
        await lines(sys.stdin, knowledge, reads)


async def lines(given: Iterable[str], knowledge: "Knowledge", model: "Model | None") -> None:
    """Read each line and write what it was read as; a line that cannot be read says why, as an object with `error`."""
    for number, line in enumerate(given, 1):
        if not line.strip():
            continue
        try:
            out = await _line(line, knowledge, model)
        except LineError as error:
            out = {"error": f"Line {number} was left out: {error}."}
        sys.stdout.write(json.dumps(out, ensure_ascii=False) + "\n")
        sys.stdout.flush()


async def _line(line: str, knowledge: "Knowledge", model: "Model | None") -> dict[str, Any]:
    from bot.reading import read as read_message

    text, asked, before = parse(line, knowledge)
    got = await read_message(text, asked=asked, knowledge=knowledge, model=model, before=before, today=_day(line))
    return {
        "facts": {
            hit.fact: {"value": list(hit.value) if isinstance(hit.value, tuple) else hit.value, "quote": hit.quote}
            for hit in got.found
        },
        "unsure": list(got.unsure),
        "intent": "other" if got.intent in BESIDES else got.intent,
        "passages": list(got.passages),
    }


def _day(line: str) -> date:
    """Return the day that a line gives as `today`, which makes a recorded request repeatable; else this day."""
    given: object = json.loads(line).get("today")
    try:
        return date.fromisoformat(given) if isinstance(given, str) else datetime.now(UTC).date()
    except ValueError:
        raise LineError('"today" is a day such as 2026-11-26') from None


def parse(line: str, knowledge: "Knowledge") -> tuple[str, list[str], "Mapping[str, Value]"]:
    """Return the text, the facts of the open question and what was known before; LineError says what is wrong."""
    from knowledge.values import value_fits

    data = object_in(line)
    text: object = data.get("text")
    asked: object = data.get("asked") or []
    before: object = data.get("before") or {}
    if not isinstance(text, str):
        raise LineError(f'a line has "text", such as {LIKE}')
    askable = {name for name, fact in knowledge.facts.items() if fact.known_by == "asked"}
    if not isinstance(asked, list) or not all(isinstance(name, str) for name in cast("list[object]", asked)):
        raise LineError('"asked" must be a list of facts')
    if not isinstance(before, dict):
        raise LineError('"before" must be an object of facts and values')
    named = cast("list[str]", asked)
    held: dict[str, Value] = {}
    for name in named:
        if name not in askable:
            raise LineError(f'"asked" has {json.dumps(name, ensure_ascii=False)}, which is no fact that is asked')
    for name, value in cast("dict[str, object]", before).items():
        fits = value_fits(knowledge.facts[name], value) if name in askable else None
        if fits is None:
            raise LineError(f'"before" has {json.dumps(name, ensure_ascii=False)} with a value that it cannot have')
        held[name] = fits
    return text, named, held
