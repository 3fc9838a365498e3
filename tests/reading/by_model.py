"""One message read with a model, through a real server whose answer a test scripts."""

import json
from collections.abc import Callable
from typing import Any

from bot.model.client import Model
from bot.reading import Reading, read
from knowledge.load import load
from tests.fakes.model.server import Answer, Body, ModelServer, model_server, says

KNOWLEDGE = load()


TEXT = "We have about forty examples and it never keeps our tone. Our best prompt scores 71% and we need 90%."


NAMES = [fact.name for fact in KNOWLEDGE.facts.values() if fact.known_by == "asked"]


def claim(fact: str, value: Any, quote: str | list[str]) -> dict[str, Any]:
    return {"fact": fact, "quote": quote, "value": value}


def answer(*claims: dict[str, Any], unsure: dict[str, Any] | None = None, open: bool = False, **message: Any) -> str:
    """Return an answer of the model; `unsure` belongs to it only where a question is open."""
    facts: dict[str, Any] = dict.fromkeys(NAMES)
    facts |= {
        c["fact"]: {"quotes": [c["quote"]] if isinstance(c["quote"], str) else c["quote"], "value": c["value"]}
        for c in claims
    }
    said: dict[str, Any] = {
        "language": "en", "addressed": "advisor", "situation": "", "complaint": None, "asks": [], "wants": "answer",
        "facts": facts, "corrects": [],
    }  # fmt: skip
    return json.dumps(said | message | ({"unsure": unsure} if open or unsure else {}))


async def ask(
    script: Callable[[Body], Answer] | str, text: str = TEXT, asked: tuple[str, ...] = ()
) -> tuple[Reading, ModelServer]:
    async with model_server(script if callable(script) else lambda _: says(script)) as server:
        model = Model("m", server.url)
        try:
            reading = await read(text, asked=asked, knowledge=KNOWLEDGE, model=model)
        finally:
            await model.aclose()
        return reading, server


def held(reading: Reading) -> dict[str, object]:
    return {found.fact: found.value for found in reading.found}
