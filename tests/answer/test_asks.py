"""The single questions of what people asked."""

import pytest

from bot.answer.asks import is_the_case, questions

ASKED = {
    "why?": ("why?",),
    "It fails. Why?": ("Why?",),
    "Why? What does rule 2 say?": ("Why?", "What does rule 2 say?"),
    "how much data and which model should we take?": ("how much data", "which model should we take?"),
    "Any tips? We use llama. Is LoRA ok?": ("Is LoRA ok?",),
    "We tried BM25. Would that help?": ("We tried BM25. Would that help?",),
    "They want to tune it on 900 chats. Is that worth it?": ("They want to tune it on 900 chats. Is that worth it?",),
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


@pytest.mark.parametrize(
    ("ask", "decided"),
    {
        "Should we finetune?": True,
        "They want to tune it on 900 chats. Is that worth it?": True,
        "Does that make sense?": True,
        "Would LoRA fix it?": True,
        "thoughts?": True,
        "What would you do?": True,
        "can I finetune something tiny?": True,
        "We tried BM25. Would that help?": False,
        "Should we train longer?": False,
        "Can I train on one GPU?": False,
        "Does DPO help with refusals?": False,
        "How do I train it?": False,
    }.items(),
)
def test_what_the_decision_answers_is_told_from_what_a_passage_answers(ask: str, decided: bool) -> None:
    assert is_the_case(ask) is decided
