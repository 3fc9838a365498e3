"""What is so elsewhere, at another time or on a list of wishes is no fact of the case; what is so here is one."""

from typing import Any

import pytest

from bot.consultation.base import Value
from bot.reading import understand
from bot.reading.by_model import checked
from knowledge.load import load
from tests.reading.elsewhere import NOT_OWN, OWN

KNOWLEDGE = load()


def facts(text: str, *asked: str) -> dict[str, Value]:
    return {found.fact: found.value for found in understand(text, asked, KNOWLEDGE).found}


@pytest.mark.parametrize("text", NOT_OWN)
def test_what_is_so_elsewhere_is_held_neither_unasked_nor_as_an_answer(text: str) -> None:
    assert facts(text) == {}
    assert facts(text, "examples") == {}


@pytest.mark.parametrize(("text", "fact", "value"), OWN)
def test_what_is_so_here_is_read_in_the_same_shapes(text: str, fact: str, value: Value) -> None:
    assert facts(text).get(fact) == value


@pytest.mark.parametrize("text", [text for text in NOT_OWN if "700 examples" in text])
def test_a_model_that_claims_it_is_not_believed(text: str) -> None:
    askable = {name: fact for name, fact in KNOWLEDGE.facts.items() if fact.known_by == "asked"}
    answer: dict[str, Any] = {
        "language": "en", "addressed": "advisor", "situation": "", "complaint": None, "asks": [], "wants": "answer",
        "facts": {"examples": {"quotes": ["700 examples"], "value": 700}}, "corrects": [],
    }  # fmt: skip
    assert checked(answer, text, askable, ()).found == ()
