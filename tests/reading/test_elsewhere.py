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


@pytest.mark.parametrize("head", ["Situation", "TL;DR", "Status", "Summary", "Long story short", "Kurz"])
def test_a_heading_above_ones_own_words_is_no_command(head: str) -> None:
    for text, fact, value in (
        ("we have 700 examples", "examples", 700),
        ("it never keeps our tone", "need", ("style",)),
    ):
        reading = understand(f"{head}: {text}", (), KNOWLEDGE)
        assert reading.intent == "answer"
        assert {found.fact: found.value for found in reading.found} == {fact: value}


@pytest.mark.parametrize("asked", [(), ("agreement",), ("feedback",), ("eval_items",), ("platform",)])
@pytest.mark.parametrize(
    "text", ["no wait, we have none", "No, wait: there are none.", "scratch that, we have none yet"]
)
def test_having_none_after_all_takes_back_the_one_count_that_was_told(text: str, asked: tuple[str, ...]) -> None:
    found = understand(text, asked, KNOWLEDGE, before={"examples": 700}).found
    assert [(hit.fact, hit.value) for hit in found] == [("examples", 0)]


def test_having_none_of_two_counts_says_nothing_of_the_open_question() -> None:
    before: dict[str, Value] = {"examples": 700, "eval_items": 50}
    assert not understand("no wait, we have none", ("agreement",), KNOWLEDGE, before=before).found


@pytest.mark.parametrize("text", ["we tried a schema and five prompts", "We tried five prompts and a schema."])
def test_a_schema_and_prompts_that_were_tried_are_told_and_ask_nothing(text: str) -> None:
    reading = understand(text, (), KNOWLEDGE)
    assert {found.fact: found.value for found in reading.found} == {"prompts_tried": ("several", "schema")}
    assert reading.intent == "answer" and reading.question is None
