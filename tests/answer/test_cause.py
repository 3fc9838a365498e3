"""What is said to lie behind a case: by what was told, by what was spoken of, and by what decides."""

import re

import pytest

from bot.answer.assembled import UNHEARD, assembled
from bot.answer.cause import likely
from bot.answer.figures import carried, numbers_in, values_in
from knowledge.causes import RatedCause
from knowledge.schema import Value
from knowledge.steps import PLACEHOLDER
from tests.answer.cases import KNOWLEDGE, material
from tests.knowledge.clauses import CASES

VALUES = dict.fromkeys(KNOWLEDGE.facts, "12")
Facts = dict[str, Value]


@pytest.mark.parametrize(
    ("facts", "clause", "talk", "begins"),
    [
        ({"need": ("style",), "prompts_tried": ("one",)}, "few-prompts", "", "A tone is easier shown"),
        ({"need": ("style",), "prompts_tried": ("few_shot",)}, "few-prompts", "", None),
        ({"need": ("style",)}, "few-prompts", "", None),
        ({"need": ("style",), "prompts_tried": ("one",)}, "good-enough", "", None),
        ({"need": ("facts",), "knowledge": "changing"}, "facts", "", "What changes cannot live in weights"),
        ({"need": ("facts",), "knowledge": "changing", "already_tuned": True}, "facts", "", "Training on documents"),
        ({"need": ("facts",), "knowledge": "stable", "examples": 100}, "facts", "", "The 12 questions and answers"),
        ({"need": ("facts",)}, "facts", "we chat with 500 PDFs", "With PDFs it is often the reading"),
        ({"need": ("consistency",)}, "unmeasured", "", "An answer that changes from run to run"),
        ({"need": ("cost",), "tokens_fixed": 3000}, "few-prompts", "", "Most of what you pay for"),
        ({"need": ("cost",), "tokens_fixed": 300}, "few-prompts", "", "A bill has three parts"),
        ({}, "few-prompts", "named entity recognition on invoices", "In extraction most faults"),
        ({}, "few-prompts", "thumbs up buttons for our bot", "A thumb says"),
        ({}, "few-prompts", "", None),
    ],
)
def test_the_first_cause_that_fits_is_said(facts: Facts, clause: str, talk: str, begins: str | None) -> None:
    verdict = KNOWLEDGE.clause(clause).verdict
    said = likely(KNOWLEDGE.causes, facts, VALUES, verdict=verdict, clause=clause, talk=talk)
    assert said is None if begins is None else said is not None and said.text.startswith(begins)


def test_a_cause_is_not_said_where_a_value_in_it_is_missing() -> None:
    facts: Facts = {"need": ("facts",), "examples": 100}
    said = likely(KNOWLEDGE.causes, facts, {}, verdict="retrieval", clause="facts", talk="")
    assert said is not None and said.text.startswith("What the model gets wrong is what it was never told")


@pytest.mark.parametrize("each", KNOWLEDGE.causes, ids=lambda each: each.cause.id)
def test_each_number_of_a_cause_stands_in_its_passage(each: RatedCause) -> None:
    said = PLACEHOLDER.sub("", each.cause.says)
    texts = [KNOWLEDGE.passages[ref].text for ref in each.cause.cites[:1]]
    assert all(carried(number, values_in(texts)) for number in numbers_in(said))
    assert len(re.findall(r"[.!?](?=\s|$)", said)) <= 3


def test_who_speaks_of_a_thing_that_has_a_cause_is_not_told_that_nothing_is_known() -> None:
    asked = "does this data format work for training on code review comments?"
    text = assembled(material({"need": ("skill",), "output": "text"}, asked, now=False)).text
    assert UNHEARD not in text


@pytest.mark.parametrize("name", [*CASES])
def test_the_cause_stands_in_the_advice_of_its_case(name: str) -> None:
    facts, _ = CASES[name]
    found = material(facts)
    if found.cause.spoken_of or not found.cause.text:
        return
    assert found.cause.text in assembled(found).text
