"""What commands do in a turn."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bot.chat.commands import ROWS
from bot.chat.reply import Part, Table
from bot.consultation.base import Value
from bot.turn.dataset_and_cost import cost_parts
from tests.support.clock import TODAY
from tests.support.consulting import ADVISOR, PRICES, Talk


def cost(words: str, facts: Mapping[str, Value]) -> Sequence[Part]:
    """Answer the words behind `cost`."""
    return cost_parts(PRICES, words, facts, TODAY)


@pytest.mark.parametrize("name", [row.name for row in ROWS if row.who != "manager"])
async def test_every_command_that_is_listed_is_answered(name: str) -> None:
    talk = Talk({"need": ("style",), "examples": 40}, replace(ADVISOR, cost=cost))
    await talk.say("we have 40 examples")
    await talk.say(f"/{name}")
    assert talk.out is not None
    assert talk.out.replies or talk.out.effects


async def test_what_it_would_cost_is_reckoned_and_not_looked_up() -> None:
    talk = Talk({"need": ("style",), "calls_per_day": 5000}, replace(ADVISOR, cost=cost))
    await talk.say("what would it cost?")
    assert any(isinstance(part, Table) for part in talk.parts)
