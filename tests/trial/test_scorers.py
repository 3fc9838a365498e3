"""What counts as the wanted answer, and which scorer a team's pairs call for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation import Pair
from bot.trial.scorers import Contains, Exact, Human, Json, Label, Number, Regex, Scorer, Text, infer, number

LABELS = Label(labels=("negative", "positive"))
ESSAY = 'The sentiment of this review is "positive" because the customer is happy.'
RIGHT: list[tuple[Scorer, str, str]] = [
    (Exact(), "a b", "a b"),
    (Text(), "Hello there", "hello   there."),
    (Text(), "Paris", "```\nParis\n```"),
    (LABELS, "positive", "positive"),
    (LABELS, "positive", " Positive.\n"),
    (LABELS, "positive", '"positive"'),
    (LABELS, "positive", "**Positive**"),
    (LABELS, "positive", "`positive`."),
    (Number(), "42", "42"),
    (Number(), "1200", "1,200"),
    (Number(), "12.50", "$12.5"),
    (Number(), "-3", "−3"),
    (Number(), "15", "15%."),
    (Number(tolerance=0.5), "10", "10.4"),
    (Json(), '{"a": 1, "b": "X"}', '{"b": "x", "a": 1.0}'),
    (Json(), '{"a": 1}', '```json\n{"a": 1}\n```'),
    (Json(), '{"a": 1}', '{"a": 1, "b": null}'),
    (Json(), "[1, [2]]", "[1,[2]]"),
    (Contains(), "refund", "We will REFUND you."),
    (Regex(pattern=r"^\d{4}$"), "", "2026"),
    (Regex(), r"\bsorry\b", "We are sorry."),
]
WRONG: list[tuple[Scorer, str, str]] = [
    (Exact(), "a b", "a  b"),
    (Text(), "Paris", "The capital is Paris"),
    (LABELS, "positive", "negative"),
    (LABELS, "positive", ESSAY),
    (LABELS, "positive", "positive\n\nExplanation: happy"),
    (LABELS, "positive", "Label: positive"),
    (LABELS, "positive", "positive, negative"),
    (Number(), "42", "The answer is 42"),
    (Number(), "42", "43"),
    (Number(), "42", "42 or 43"),
    (Number(tolerance=0.5), "10", "10.6"),
    (Json(), '{"a": 1}', '{"a": 2}'),
    (Json(), '{"a": 1}', '{"a": 1, "b": 2}'),
    (Json(), '{"a": 1, "b": 2}', '{"a": 1}'),
    (Json(), '{"a": true}', '{"a": 1}'),
    (Json(), '{"a": 1}', 'Here it is: {"a": 1}'),
    (Json(), '{"a": 1}', '{"a": 1'),
    (Contains(), "refund", "We will repay you."),
    (Regex(pattern=r"^\d{4}$"), "", "in 2026"),
]


@pytest.mark.parametrize(("scorer", "wanted", "got"), RIGHT)
def test_what_passes(scorer: Scorer, wanted: str, got: str) -> None:
    assert scorer.score(wanted, got) is True


@pytest.mark.parametrize(("scorer", "wanted", "got"), WRONG)
def test_what_fails(scorer: Scorer, wanted: str, got: str) -> None:
    assert scorer.score(wanted, got) is False


@given(st.text(), st.text())
def test_a_person_must_say(wanted: str, got: str) -> None:
    assert Human().score(wanted, got) is None


@pytest.mark.parametrize("scorer", [Exact(), Text(), LABELS, Contains()])
@given(text=st.text())
def test_every_wanted_answer_passes_itself(scorer: Scorer, text: str) -> None:
    assert scorer.score(text, text) is True


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9).map(lambda x: f"{x:.3f}"))
def test_every_number_is_read(text: str) -> None:
    assert number(text) == pytest.approx(float(text))
    assert Number().score(text, text)


def pairs(*outputs: str) -> list[Pair]:
    return [Pair(input=f"input {n}", output=text) for n, text in enumerate(outputs)]


LETTER = "Dear Ana,\n\nSorry for the delay. We have sent a new one.\n\nYours, Tim"
INFERRED = [
    (pairs("positive", "negative", "positive"), LABELS, "label, one of negative, positive"),
    (pairs("Yes", "no"), Label(labels=("no", "Yes")), "label, one of no, Yes"),
    (pairs("billing", "delivery", "billing", "Other"), Label(labels=("billing", "delivery", "Other")), "label, one of"),
    (pairs("Paris", "Rome", "Bern"), Text(), "text"),
    (pairs("3", "17", "1,024"), Number(), "number, exactly"),
    (pairs("3.5", "$17.25"), Number(tolerance=0.005), "number, within 0.005"),
    (pairs('{"a": 1}', '{"a": 2}'), Json(), "JSON, field by field"),
    (pairs("[1]", "[]"), Json(), "JSON"),
    (pairs(LETTER, LETTER + " Weber"), Human(), "by you"),
    (pairs("Sure, I can help you with that order of yours today.", "positive"), Human(), "by you"),
    (pairs(), Human(), "by you"),
    (pairs("positive"), Label(labels=("positive",)), "label"),
    (pairs("Paris"), Text(), "text"),
]


@pytest.mark.parametrize(("given_pairs", "scorer", "said"), INFERRED)
def test_the_scorer_is_inferred_and_explained(given_pairs: list[Pair], scorer: Scorer, said: str) -> None:
    assert infer(given_pairs) == scorer
    assert infer(given_pairs).said.startswith(said)
