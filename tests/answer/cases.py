"""Cases for answers: facts of a team, what it asked, and the material that comes of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.answer import Material, collect
from bot.consultation.advice import next_move
from bot.consultation.derived import deriver
from bot.consultation.model import Claim, Consultation, How, Line
from knowledge.load import load
from knowledge.prices import load_prices
from knowledge.schema import Value
from tests.support.clock import NOON, TODAY

KNOWLEDGE = load()
PRICES = load_prices()
DERIVE = deriver(PRICES, TODAY)


def consultation(facts: Mapping[str, Value], *said: str, how: How = How.chosen) -> Consultation:
    """Return a case of one person with these facts, who said these lines."""
    claims = {
        fact: (Claim(value=value, how=how, by="ana", at=NOON, quote="so" if how is How.stated else None),)
        for fact, value in facts.items()
    }
    lines = tuple(Line(by="ana", text=text, at=NOON) for text in said)
    return Consultation(
        id="c", started=NOON, updated=NOON, asker="ana", names={"ana": "Ana"}, claims=claims, transcript=lines
    )


def material(
    facts: Mapping[str, Value],
    *asks: str,
    said: Sequence[str] = (),
    now: bool = True,
    how: How = How.chosen,
    objected: Sequence[str] = (),
) -> Material:
    """Return what an answer to this case is made from; with `now` decided on assumptions."""
    case = consultation(facts, *(said or asks), how=how)
    move = next_move(case, KNOWLEDGE, DERIVE, now=now)
    return collect(case, KNOWLEDGE, move, asks=asks, prices=PRICES, today=TODAY, objected=objected)


def answered(text: str, **more: Any) -> dict[str, Any]:
    """Return a model's object with this text, otherwise harmless."""
    return {
        "direct": "",
        "changes": [],
        "whether": True,
        "language": "en",
        "stance": "not yet",
        "calculations": [],
        "text": text,
        "footnotes": [],
        "steps": [],
        "question": None,
        "lines": [],
        "objection": None,
        **more,
    }
