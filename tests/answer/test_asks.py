"""The single questions of what people asked."""

import pytest

from bot.answer.asks import questions

ASKED = {
    "why?": ("why?",),
    "It fails. Why?": ("Why?",),
    "Why? What does rule 2 say?": ("Why?", "What does rule 2 say?"),
    "how much data and which model should we take?": ("how much data", "which model should we take?"),
    "Any tips? We use llama. Is LoRA ok?": ("Is LoRA ok?",),
}
ANSWERED_AT_ONCE = {
    "The result? 42% accuracy. It was messy. Why? Because most rows were about one plan.": (),
    "We tuned it. The result? Bad. How many rows do we need?": ("How many rows do we need?",),
}


@pytest.mark.parametrize(("said", "asked"), ASKED.items())
def test_each_question_is_one(said: str, asked: tuple[str, ...]) -> None:
    assert questions([said]) == asked


@pytest.mark.parametrize(("said", "asked"), ANSWERED_AT_ONCE.items())
def test_what_its_author_answers_at_once_is_asked_of_nobody(said: str, asked: tuple[str, ...]) -> None:
    assert questions([said]) == asked
