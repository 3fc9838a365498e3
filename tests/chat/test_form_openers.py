"""Which presses open a form: of the facts they name, to paste into, or none."""

import pytest

from bot.chat import wording
from bot.chat.form_openers import DATASET, SAMPLES, opened_by
from bot.chat.reply import Form
from knowledge.load import load

KNOWLEDGE = load()


@pytest.mark.parametrize("fact", list(KNOWLEDGE.asks))
@pytest.mark.parametrize("action", ["answer", "fix"])
def test_every_fact_that_can_be_asked_has_a_form(action: str, fact: str):
    form = opened_by(KNOWLEDGE, action, (fact,))
    assert isinstance(form, Form)
    assert [field.fact for field in form.fields] == [fact]
    assert form.title


@pytest.mark.parametrize("question", list(KNOWLEDGE.questions))
def test_facts_that_belong_together_share_a_form(question: str):
    facts = tuple(KNOWLEDGE.questions[question].facts)
    form = opened_by(KNOWLEDGE, "answer", facts)
    assert form == wording.form(KNOWLEDGE, facts)
    assert isinstance(form, Form)
    assert (form.id, [field.fact for field in form.fields]) == (question, list(facts))


def test_what_is_no_fact_any_more_is_left_out():
    known = next(iter(KNOWLEDGE.asks))
    assert opened_by(KNOWLEDGE, "answer", ("gone", known)) == wording.form(KNOWLEDGE, [known])
    assert opened_by(KNOWLEDGE, "answer", ("gone",)) is None
    assert opened_by(KNOWLEDGE, "fix", ()) is None


def test_samples_and_files_are_pasted_into_forms_of_their_own():
    assert opened_by(KNOWLEDGE, "trial", ("paste",)) == SAMPLES
    assert opened_by(KNOWLEDGE, "dataset", ()) == DATASET
    assert (SAMPLES.purpose, DATASET.purpose) == ("samples", "dataset"), "as in Pasted.purpose"


@pytest.mark.parametrize(
    ("action", "values"),
    [("trial", ("skip",)), ("trial", ()), ("stop", ("stop",)), ("feedback", ("up", "few-rows")), ("", ())],
)
def test_any_other_press_is_the_event_itself(action: str, values: tuple[str, ...]):
    assert opened_by(KNOWLEDGE, action, values) is None
