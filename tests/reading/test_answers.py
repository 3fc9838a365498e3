"""Answers to the open question, read without a model."""

import pytest

from bot.consultation.base import Value
from tests.reading.test_statements import KNOWLEDGE, facts, read

VOLUME = ("calls_per_day", "tokens_in", "tokens_fixed", "tokens_out", "owner")

COUNTS: list[tuple[str, int]] = [
    ("40", 40),
    ("about 40", 40),
    ("around 40, I think", 40),
    ("40-ish", 40),
    ("20k", 20_000),
    ("1,200", 1200),
    ("1.200", 1200),
    ("~1.4k", 1400),
    ("a couple hundred", 200),
    ("a couple of hundreds", 200),
    ("two hundred", 200),
    ("two hundred and fifty", 250),
    ("half a million", 500_000),
    ("a dozen", 12),
    ("dozens", 24),
    ("none", 0),
    ("zero", 0),
    ("nothing yet", 0),
    ("50-100", 75),
    ("between 50 and 100", 75),
    ("fewer than 50", 49),
    ("maybe 40?", 40),
    ("No, we have 400 examples", 400),
    ("we have 40 pairs from 2 people", 40),
]


@pytest.mark.parametrize(("text", "wanted"), COUNTS)
def test_numbers(text: str, wanted: int) -> None:
    (found,) = read(text, "examples").found
    assert found.value == wanted
    assert found.quote in text
    assert found.closed


@pytest.mark.parametrize(
    "text",
    ["do I need 200?", "if we had 50 it would help", "the blog says 200", "version 3.5", "71%", "3 GB", "at 10:30"],
)
def test_numbers_that_are_no_answer(text: str) -> None:
    assert facts(text, "examples") == {}


FORMS: list[tuple[tuple[str, ...], str, dict[str, Value]]] = [
    (("examples", "examples_from"), "40, people wrote them", {"examples": 40, "examples_from": "people"}),
    (("examples", "examples_from"), "examples: 40\nexamples_from: logs", {"examples": 40, "examples_from": "logs"}),
    (("examples", "examples_from"), "logs mostly", {"examples_from": "logs"}),
    (("examples", "examples_from"), "no", {"examples": 0}),
    (("prompts_tried",), "2", {"prompts_tried": ("one",)}),
    (("prompts_tried",), "3, 4", {"prompts_tried": ("several", "few_shot")}),
    (("prompts_tried",), "3 and 4", {"prompts_tried": ("several", "few_shot")}),
    (("prompts_tried",), "8", {}),
    (("prompts_tried",), "Examples inside the prompt", {"prompts_tried": ("few_shot",)}),
    (("prompts_tried",), "EXAMPLES INSIDE", {"prompts_tried": ("few_shot",)}),
    (("prompts_tried",), "several, few-shot and a schema", {"prompts_tried": ("several", "few_shot", "schema")}),
    (("prompts_tried",), "a couple of system prompts, no examples in it", {"prompts_tried": ("several",)}),
    (("prompts_tried",), "not yet", {"prompts_tried": ("nothing",)}),
    (("models_tried", "prompts_tried"), "gpt-3.5", {"models_tried": "old"}),
    (("models_tried", "prompts_tried"), "none yet, one prompt", {"models_tried": "none", "prompts_tried": ("one",)}),
    (
        ("models_tried", "prompts_tried"),
        "several models, one prompt",
        {"models_tried": "several", "prompts_tried": ("one",)},
    ),
    (("models_tried", "prompts_tried"), "several", {}),
    (("models_tried", "prompts_tried"), "2", {}),
    (("quality_ok",), "yes", {"quality_ok": True}),
    (("quality_ok",), "Yep!", {"quality_ok": True}),
    (("quality_ok",), "nope", {"quality_ok": False}),
    (("quality_ok",), "not yet", {"quality_ok": False}),
    (("quality_ok",), "2", {"quality_ok": False}),
    (("quality_ok",), "yes, but it's too expensive", {"quality_ok": True, "need": ("cost",)}),
    (("quality_ok",), "No, we are on Azure", {"platform": "azure"}),
    (("quality_ok",), "No, we have 400 examples", {"examples": 400}),
    (("quality_ok",), "is it?", {}),
    (("rule_exists", "small_model"), "yes", {}),
    (("rule_exists", "small_model"), "no, it takes understanding", {"rule_exists": False}),
    (("rule_exists", "small_model"), "neither", {"rule_exists": False, "small_model": False}),
    (("eval_items", "baseline_known"), "30 items, yes", {"eval_items": 30, "baseline_known": True}),
    (("eval_items", "baseline_known"), "no", {"baseline_known": False}),
    (
        ("eval_items", "baseline_known"),
        "80 cases. best prompt gets 71%, and we need at least 90",
        {"eval_items": 80, "baseline_known": True},
    ),
    (
        ("rule_exists", "small_model"),
        "we can't write rules for it but a bert would learn it",
        {"rule_exists": False, "small_model": True},
    ),
    (
        ("eval_items", "baseline_known"),
        "71% now, we need 90%, on 50 items",
        {"eval_items": 50, "baseline_known": True},
    ),
    (("agreement", "feedback"), "no", {}),
    (("agreement", "feedback"), "thumbs", {"feedback": "thumbs"}),
    (("need", "output"), "tone or style, free text", {"need": ("style",), "output": "text"}),
    (("need", "output"), "the form of the answer is wrong", {"need": ("format",)}),
    (("need",), "We cannot say yet", {"need": ("unsure",)}),
    (("platform",), "Microsoft Azure", {"platform": "azure"}),
    (("platform",), "azure i guess", {"platform": "azure"}),
    (("platform",), "not azure", {}),
    (("platform",), "self-hosted", {"platform": "self_hosted"}),
    (
        VOLUME,
        "20k calls, 1500 in, 1200 fixed, 200 out, a team",
        dict(zip(VOLUME, (20000, 1500, 1200, 200, "team"), strict=True)),
    ),
    (VOLUME, "20000, 1500, 1200, 200", dict(zip(VOLUME[:4], (20000, 1500, 1200, 200), strict=True))),
    (VOLUME, "600k requests a month, nobody", {"calls_per_day": 20000, "owner": "nobody"}),
]


@pytest.mark.parametrize(("asked", "text", "wanted"), FORMS)
def test_options_and_forms(asked: tuple[str, ...], text: str, wanted: dict[str, Value]) -> None:
    reading = read(text, *asked)
    assert {found.fact: found.value for found in reading.found} == wanted
    assert all(found.closed == (found.fact in asked) for found in reading.found)
    assert reading.unsure == ()


@pytest.mark.parametrize(
    "text",
    [
        "I don't know",
        "don’t know",
        "no idea",
        "idk",
        "not sure",
        "honestly no clue",
        "we can't say yet",
        "dunno, sorry",
    ],
)
def test_not_knowing_answers_the_whole_form(text: str) -> None:
    reading = read(text, "examples", "examples_from")
    assert reading.unsure == ("examples", "examples_from")
    assert reading.found == ()


def test_not_knowing_the_rest() -> None:
    reading = read("about 40, no idea about the rest", "examples", "examples_from")
    assert [found.value for found in reading.found] == [40]
    assert reading.unsure == ("examples_from",)


def test_doubt_about_something_else_is_no_answer() -> None:
    assert read("I'm not sure whether we should finetune at all", "examples").unsure == ()


def test_every_label_is_its_own_answer() -> None:
    for question in KNOWLEDGE.questions.values():
        for name, ask in question.facts.items():
            for value, label in ask.options.items():
                (found,) = read(label, name).found
                shown = found.value[0] if isinstance(found.value, tuple) else str(found.value).lower()
                assert (
                    (found.fact, shown) == (name, value) if not isinstance(found.value, str) else found.value == value
                )


def test_every_option_number_is_its_option() -> None:
    for question in KNOWLEDGE.questions.values():
        for name, ask in question.facts.items():
            for number, value in enumerate(ask.options, 1):
                (found,) = read(f" {number}. ", name).found
                shown = found.value[0] if isinstance(found.value, tuple) else found.value
                assert str(shown).lower() == value


def test_a_long_message_states_a_case_and_answers_nothing_by_number() -> None:
    assert "examples" not in facts("Well, it began with 3 of us. " * 20, "examples")
