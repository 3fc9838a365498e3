"""Commands, doubt, questions back and remarks in the manner of people: short, misspelt, British, Indian, in a hurry."""

import pytest

from bot.reading import understand
from knowledge.load import load
from knowledge.schema import Intent

ASKED = ("data_limits",)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("throw everything away", "forget"),
        ("bin the lot please", "forget"),
        ("kindly remove all my data", "forget"),
        ("so what's the verdict then", "verdict"),
        ("thats all i have got, pls decide", "verdict"),
        ("nah, next one", "skip"),
        ("kindly proceed to the next question", "skip"),
        ("where did we leave off?", "status"),
        ("how many qs are left?", "status"),
        ("ok stop it now pls", "stop"),
        ("lets start afresh", "restart"),
        ("whats that got to do with it", "why"),
        ("why do you ask?", "why"),
        ("what do you mean?", "counter"),
        ("what should I ask my team?", "counter"),
        ("wdym", "counter"),
        ("I don't know what that means", "counter"),
        ("sorry, I don't understand the question", "counter"),
        ("I don't know what the answer is", "unsure"),
        ("我不知道", "unsure"),
        ("no sé", "unsure"),
        ("what exactly should I do on Monday?", "verdict"),
        ("which commands do you know", "help"),
        ("cant say for sure tbh", "unsure"),
        ("need to check with our cto", "unsure"),
        ("that is above my pay grade mate", "unsure"),
    ],
)
def test_short_words_are_understood(text: str, intent: Intent) -> None:
    reading = understand(text, ASKED, load(None), addressed=True)
    assert (reading.intent, reading.found, reading.passages) == (intent, (), ())


def test_a_why_after_what_was_told_asks_about_that() -> None:
    text = "my finetuned model never stops talking, it runs till max tokens, why?"
    reading = understand(text, ("need",), load(None), addressed=True)
    assert reading.intent == "question" and reading.passages == ("worse-after-tuning#end-of-text",)


@pytest.mark.parametrize("text", ["why do you ask?", "what should I ask my team?", "how would i find that out?"])
def test_a_question_back_brings_no_passage_where_nothing_is_asked(text: str) -> None:
    reading = understand(text, (), load(None), addressed=True)
    assert (reading.intent in ("why", "counter"), reading.passages) == (True, ())


def test_how_a_thing_of_the_field_works_is_no_wish_for_help() -> None:
    for text in ("how does LoRA work?", "how does DPO work?"):
        reading = understand(text, ASKED, load(None), addressed=True)
        assert (reading.intent, bool(reading.passages)) == ("question", True), text
    assert understand("how does it work?", ASKED, load(None), addressed=True).intent == "help"


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("can you translate this", "off_topic"),
        ("test", "sign"),
        ("you are great!", "thanks"),
        ("ta very much", "thanks"),
    ],
)
def test_what_is_no_part_of_a_case_states_nothing(text: str, remark: str) -> None:
    for asked in ((), ("output",)):
        reading = understand(text, asked, load(None), addressed=True)
        assert (reading.remark, reading.found) == (remark, ())


@pytest.mark.parametrize("text", ["cost and latency are fine", "the price is fine", "response times are great"])
def test_what_it_costs_or_how_fast_it_is_says_nothing_of_its_quality(text: str) -> None:
    assert understand(text, (), load(None), addressed=True).found == ()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("not really, we never scored it", "baseline_known"),
        ("perfect", "quality_ok"),
        ("We have 200 examples, is that enough?", "eval_items"),
    ],
)
def test_an_answer_is_no_command_because_of_one_of_its_words(text: str, asked: str) -> None:
    reading = understand(text, (asked,), load(None), addressed=True)
    assert reading.found and reading.remark is None
    assert reading.intent in ("answer", "question")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("a rule cant do it, and a classifier cannot either", {"rule_exists": False, "small_model": False}),
        ("two people would write about the same", {"agreement": "write"}),
        ("none of the models is good enough", {"quality_ok": False}),
        ("a few prompts with examples in them", {"prompts_tried": ("several", "few_shot")}),
        ("we need a ticket classifier", {"output": "label"}),
    ],
)
def test_what_another_question_would_ask_is_taken_as_it_comes(text: str, facts: dict[str, object]) -> None:
    for asked in ((), ("platform",)):
        reading = understand(text, asked, load(None), addressed=True)
        assert {hit.fact: hit.value for hit in reading.found} == facts
