"""A question to the advisor, as against a case; and the wish to skip."""

import pytest

from tests.reading.test_statements import facts, read

QUESTIONS = [
    "how many examples do I need?",
    "what is LoRA?",
    "why?",
    "why do you ask?",
    "what does rule 2 say?",
    "rule 5",
    "explain rule 3",
    "tell me about lora",
    "what do you mean by pairs?",
    "does finetuning hurt safety?",
    "is 40 enough?",
    "When does prompt caching pay off?",
]
CASES = [
    "should we finetune?",
    "Is finetuning right for us?",
    "would finetuning help?",
    "RAG or finetuning?",
    "do we need to finetune?",
    "can we finetune a model for our support replies?",
    "how do I get it to keep our tone?",
    "It never keeps our tone, should we finetune?",
    "We have 40 examples.",
    "thanks!",
    "what's the weather?",
    "",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_about_the_rules(text: str) -> None:
    assert read(text).question == text
    assert facts(text) == {}


@pytest.mark.parametrize("text", CASES)
def test_a_case_is_no_question_about_the_rules(text: str) -> None:
    assert read(text).question is None


def test_only_the_question_is_looked_up() -> None:
    reading = read("We have 40 examples. How many do I need?")
    assert reading.question == "How many do I need?"
    assert [found.value for found in reading.found] == [40]


def test_a_long_story_that_ends_in_a_question_is_a_case() -> None:
    assert (
        read("We run a shop and write to our customers every day. " * 6 + "How much would prompts help?").question
        is None
    )


@pytest.mark.parametrize(
    "text", ["skip", "Skip it please", "just tell me", "no samples", "I'd rather not", "go on without"]
)
def test_skip(text: str) -> None:
    assert read(text).skip


@pytest.mark.parametrize(
    "text", ["it skips half of the fields when I paste a long invoice with many lines in it", "yes"]
)
def test_no_skip(text: str) -> None:
    assert not read(text).skip


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("the reward goes up and the answers get worse, what now", "reward-and-feedback"),
        ("our vendor announced the end of life of our tuned model, what now", "after-it-works"),
        ("how do I train a BERT classifier for our tickets, which settings?", "classifiers"),
        ("may patient data go into prompts of a hosted model?", "terms-and-health"),
    ],
)
def test_what_is_told_first_and_asked_after_finds_its_passage(text: str, rule: str) -> None:
    reading = read(text)
    assert reading.intent not in ("verdict", "why", "skip", "help") and not reading.skip
    assert rule in {ref.partition("#")[0] for ref in reading.passages}


def test_a_fault_that_ends_in_what_can_i_do_is_told_and_asks_for_no_commands() -> None:
    reading = read("our extraction drops fields now and then, what can I do?")
    assert reading.intent != "help" and "output" in {one.fact for one in reading.found}
    assert read("what can I do?").intent == "help"


@pytest.mark.parametrize(("text", "intent"), [("what now", "verdict"), ("why", "why")])
def test_an_afterthought_alone_is_the_command_that_it_was(text: str, intent: str) -> None:
    assert read(text).intent == intent
