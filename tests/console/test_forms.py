"""What counts as an answer on a terminal, and what is ordinary talk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.console import forms
from bot.chat import wording
from bot.text.hidden import plain
from bot.text.numbers import Refusal
from knowledge.load import load

KNOWLEDGE = load()
TALK = object()


def pending(fact: str) -> forms.Pending:
    return forms.Pending(wording.form(KNOWLEDGE, (fact,)))


@pytest.mark.parametrize(
    ("fact", "typed", "value"),
    [
        ("output", "6", "text"),
        ("output", "free text", "text"),
        ("output", "record", "record"),
        ("output", "9", TALK),
        ("output", "1 2", TALK),
        ("output", "0", None),
        ("output", "I don't know", None),
        ("need", "1 3", ("facts", "style")),
        ("need", "3, 1 and 3", ("style", "facts")),
        ("need", "it never keeps our tone", TALK),
        ("need", "facts", ("facts",)),
        ("need", "/facts", TALK),
        ("examples", "/rule 2", TALK),
        ("quality_ok", "y", True),
        ("quality_ok", "No", False),
        ("quality_ok", "2", False),
        ("examples", "40", 40),
        ("examples", "0", 0),
        ("examples", "about 1,200", 1200),
        ("calls_per_day", "20k", 20_000),
        ("calls_per_day", "1.5m", 1_500_000),
        ("examples", "?", None),
        ("examples", "a handful, I think", TALK),
    ],
)
def test_an_answer_is_told_from_talk(fact: str, typed: str, value: object) -> None:
    taken = forms.take(pending(fact), typed)
    assert not isinstance(taken, Refusal)
    assert (TALK if taken is None else taken.answers[fact]) == value


@given(st.text(max_size=60), st.sampled_from(sorted(KNOWLEDGE.asks)))
def test_any_text_is_an_answer_or_talk_and_never_an_error(text: str, fact: str) -> None:
    taken = forms.take(pending(fact), text)
    assert taken is None or isinstance(taken, Refusal) or set(taken.answers) == {fact}


def test_every_field_shows_its_question_its_reason_and_a_way_out() -> None:
    for fact in KNOWLEDGE.asks:
        field = pending(fact).field
        assert field is not None
        shown = forms.lines(field)
        assert shown[0].startswith(field.ask) and "It matters now because" in shown[1]
        assert any("don't know" in line for line in shown)


@given(st.text())
def test_nothing_that_is_shown_can_drive_the_terminal(text: str) -> None:
    assert not any((ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 for c in plain(text))
