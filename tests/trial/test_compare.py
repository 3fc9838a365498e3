"""A trial beside an earlier one: the same items whatever their place, exact chances, and words that claim no more."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chat.reply import Table, Text
from bot.consultation.trial_results import TrialResult
from bot.trial.report.comparison import in_words
from bot.trial.results.compare import Kept, KeptFault, compare, compare_kept, keys_of, read_kept
from tests.trial.makers import result, rung, task

Passed = tuple[bool | None, ...]


def of(bare: Passed, few: Passed = (), *, model: str = "old", stopped: bool = False, demo: bool = False) -> TrialResult:
    rungs = {"bare": bare, **({"few_shot": few} if few else {})}
    made = result(
        *(rung(name, items.count(True), len(items), model=model) for name, items in rungs.items()),
        model=model, stopped=stopped, demonstration=demo,
    )  # fmt: skip
    return made.model_copy(update={"items": rungs, "at": datetime(2026, 11, 1, tzinfo=UTC)})


def many(passed: int, n: int = 20) -> Passed:
    return tuple(item < passed for item in range(n))


def words(then: TrialResult, now: TrialResult) -> str:
    return " ".join(part.markdown for part in in_words(compare(then, now)) if isinstance(part, Text))


def test_items_are_compared_one_by_one_and_the_best_with_the_best() -> None:
    found = compare(of((True, False, False), (True, True, False)), of((True, True, True), model="new"))
    rows = [(row.now, row.then, row.items, row.gained, row.lost) for row in found.rows]
    assert rows == [("bare", "few_shot", 3, 1, 0), ("bare", "bare", 3, 2, 0)]


def test_what_nobody_graded_is_left_out() -> None:
    found = compare(of((True, None, False)), of((False, True, None)))
    assert [(row.items, row.gained, row.lost) for row in found.rows] == [(1, 0, 1)]


def test_items_are_found_wherever_they_stand() -> None:
    before, after = task(("a", "x"), ("b", "y"), ("c", "x")), task(("new", "x"), ("c", "x"), ("a", "x"))
    then = Kept(keys=keys_of(before), result=of((True, True, False)))
    now = Kept(keys=keys_of(after), result=of((False, True, False)))
    found = compare_kept(then, now)
    assert found.shared == 2
    assert [(row.items, row.gained, row.lost) for row in found.rows] == [(2, 1, 1)]


def test_other_samples_are_not_compared() -> None:
    found = compare(of(many(5)), of(many(5, 10)))
    assert found.rows == ()
    assert "no items in common" in words(of(many(5)), of(many(5, 10)))


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (many(8), many(20), "**The finetune is not needed any more:** a prompt on new reaches the bar of 80 % now."),
        (many(20), many(20), "**The finetune is not needed:** a prompt reaches the bar of 80 %, as it did before."),
        (many(3), many(8), "**The finetune is still needed:** no prompt on new reaches the bar of 80 %."),
        (many(20), many(5), "**No prompt on new reaches the bar of 80 %:** do not give up what reaches it now."),
        (many(8), many(17), "**It is not decided whether the finetune is still needed:**"),
    ],
)
def test_it_says_whether_the_finetune_is_still_needed(then: Passed, now: Passed, expected: str) -> None:
    assert expected in words(of(then), of(now, model="new"))


def test_a_demonstration_and_a_stopped_trial_decide_nothing() -> None:
    assert "is a demonstration, so this says nothing" in words(of(many(3)), of(many(3), demo=True))
    assert "was stopped, so it does not say" in words(of(many(3)), of(many(3), stopped=True))


def test_chance_is_told_from_change() -> None:
    assert "12 of 20 items gained and 0 lost against old: better, and not by chance" in words(of(many(8)), of(many(20)))
    assert "2 of 20 items gained and 0 lost against old: too few" in words(of(many(8)), of(many(10)))
    assert "0 of 20 items gained and 15 lost against old: worse, and not by chance" in words(of(many(20)), of(many(5)))


def test_the_table_shows_both_rates() -> None:
    table = in_words(compare(of(many(8)), of(many(20), model="vendor/new")))[1]
    assert isinstance(table, Table)
    assert table.headers == ("rung", "old, 2026-11-01", "new, now", "items", "chance")
    assert table.rows == (("bare", "8 of 20 (22 to 61 %)", "20 of 20 (84 to 100 %)", "12 gained, 0 lost", "p < 0.001"),)


def test_what_is_no_kept_trial_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeptFault, match="There is no file"):
        read_kept(tmp_path / "none.json")
    (tmp_path / "other.json").write_bytes(b"\xff{}")
    with pytest.raises(KeptFault, match=r"other.json is no trial that was kept"):
        read_kept(tmp_path / "other.json")
    with pytest.raises(KeptFault, match="cannot be read"):
        read_kept(tmp_path)
