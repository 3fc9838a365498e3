"""The picture of a trial: readable on a phone, and said in full in its alternative text."""

import pytest

from bot.chat.reply import Picture, Text
from bot.consultation.trial_results import TrialResult
from bot.model.client import Model
from bot.trial.order import Order
from bot.trial.report.card import called, card, progress
from bot.trial.report.picture import MISSING, alt, draw, title
from bot.trial.results.summary import summarise
from tests.trial.makers import calls, reported, result, rung, task

MODEL = Model("m", "http://127.0.0.1:9/v1")

LONG = rung("model", 20, 20, model="accounts/somebody/models/a-model-with-a-rather-long-name-indeed")
LADDER = ("bare", "instructed", "few_shot", "schema", "verb_swap", "steps", "premise")

SHAPES: dict[str, TrialResult] = {
    "the whole ladder": result(*(rung(name, place, 20) for place, name in enumerate(LADDER)), LONG),
    "another model": result(rung("bare", 1, 20), LONG),
    "nothing": result(rung("bare", 0, 0)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_the_width_of_a_phone(shape: str) -> None:
    png = draw(SHAPES[shape])
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert width == 960
    assert 300 < height < 1300
    assert len(png) < 200_000


def test_the_text_says_all_that_the_picture_shows() -> None:
    said = alt(SHAPES["another model"])
    assert said == (
        "Pass rate by rung with 95 % intervals, 20 items × 5 runs, gpt-6-luna: bare 1 of 20 (1 to 24 %); "
        "on a-model-with-a-rather-long-name-indeed 20 of 20 (84 to 100 %). "
        "Best: on a-model-with-a-rather-long-name-indeed. The bar is 80 %."
    )


def test_runs_are_named_where_the_rate_is_about_them() -> None:
    """An item that passes in some of its runs only is half a pass."""
    mixed = rung("bare", 2, 3).model_copy(update={"passes": 9, "rate": 0.6, "low": 0.2, "high": 0.9})
    assert "bare 9 of 15 runs (20 to 90 %)" in alt(result(mixed))
    assert len(draw(result(mixed))) > 1000


def test_only_a_rung_on_another_model_is_called_by_it() -> None:
    shown = SHAPES["another model"]
    assert [called(rung, shown)[:10] for rung in shown.rungs] == ["bare", "on a-model"]


def test_items_that_nobody_judged_are_counted_as_items_and_not_as_failures() -> None:
    """Two of five items judged in one of three runs: the picture is still of five items and three runs."""
    given = task(*((f"question {n}", f"a long answer {n}") for n in range(5)), repeats=3)
    made = calls(given, ("bare",), lambda _, item, run: True if item < 2 and not run else None)
    shown = summarise(given, made, MODEL)
    assert title(shown) == "5 items × 3 runs, 2 items judged, m"
    assert "bare 2 of 2 (34 to 100 %)" in alt(shown)
    assert len(draw(shown)) > 1000
    said = str(card(shown, given, made))
    assert "2 of 2" in said
    assert "13 of 15 answers were judged by nobody; they count neither as pass nor as failure." in said
    assert "of 15 runs" not in said
    assert "'2 of 15'" not in said
    assert progress(Order(given), made, "t").text == "bare 2 of 2"


def test_without_the_library_that_draws_the_result_is_the_same_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = reported()
    monkeypatch.setattr("bot.trial.report.picture.find_spec", lambda name: None)  # pyright: ignore
    said = reported()
    assert [part for part in drawn.everything if isinstance(part, Picture)]
    assert not [part for part in said.everything if isinstance(part, Picture)]
    (shown,) = (part for part in drawn.card if isinstance(part, Picture))
    left = [part for part in said.card if part not in drawn.card]
    assert [part.markdown for part in left if isinstance(part, Text)] == [f"{shown.alt} {MISSING}"]
    assert (said.details, said.judge) == (drawn.details, drawn.judge)
