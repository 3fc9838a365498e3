"""A finetune beside the prompts on its base: on the same items, no prompt itself, and what it has lost elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.consultation.trial_results import TrialResult
from bot.model.client import Model
from bot.trial.file import FileFault, TrialFile, load
from bot.trial.report.card import finding, kept_up
from bot.trial.results.facts import facts
from bot.trial.results.summary import summarise
from knowledge.load import load as load_knowledge
from tests.trial.makers import calls

AGES = load_knowledge().models
ITEMS = "items:\n" + "".join(f'  - {{input: "note {n}", output: "{"yes" if n % 2 else "no"}"}}\n' for n in range(12))
ORDINARY = "ordinary:\n" + "".join(f'  - {{input: "What is {n} + 1?", output: "{n + 1}"}}\n' for n in range(12))
RUNGS = ("bare", "instructed", "few_shot", "tuned")


def read(tmp_path: Path, text: str) -> TrialFile:
    path = tmp_path / "t.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def measured(tmp_path: Path, passes: Callable[[str, int], bool]) -> TrialResult:
    task = read(tmp_path, f"tuned: ours\nscorer: label\nrepeats: 1\n{ITEMS}").task
    made = calls(task, RUNGS, lambda rung, item, _: passes(rung, item))
    return summarise(task, made, Model("base", "http://127.0.0.1:1/v1"))


def said(tmp_path: Path, result: TrialResult) -> str:
    return finding(result, read(tmp_path, f"tuned: ours\n{ITEMS}").task, ())


def test_a_finetune_is_beside_the_prompts_and_never_the_best_of_them(tmp_path: Path) -> None:
    result = measured(tmp_path, lambda rung, item: rung == "tuned" or item < 3)
    assert (result.best, result.base) == ("bare", "few_shot")
    told = said(tmp_path, result)
    assert "each of the 3 passes 3 of 12" in told and "none of these prompts does it" in told
    assert "**The finetune** passes 12 of 12" in told
    assert (
        "against few-shot it gains 9 items and loses 0, +75 points (95 %: 36 to 93): better, and not by chance." in told
    )


def test_what_a_finetune_passes_says_nothing_of_untuned_models(tmp_path: Path) -> None:
    held = facts(measured(tmp_path, lambda rung, item: rung == "tuned" or item < 3), {}, AGES)
    assert (held["quality_ok"], held["models_tried"]) == (False, "current")
    # 12 of 12 may still be 76 %: below the bar of 80 %, so nothing is said of it.
    assert "finetune" not in held and "tuned_fails" not in held


def test_a_finetune_that_is_worse_than_its_base_is_told_as_such(tmp_path: Path) -> None:
    result = measured(tmp_path, lambda rung, item: rung != "tuned" or item < 3)
    held = facts(result, {}, AGES)
    assert (held["finetune"], held["tuned_fails"]) == ("falls_short", ("worse_than_base",))
    assert "loses 9, -75 points (95 %: -93 to -36): worse, and not by chance." in said(tmp_path, result)


def test_few_items_do_not_tell_two_models_apart(tmp_path: Path) -> None:
    result = measured(tmp_path, lambda rung, item: item < (9 if rung == "tuned" else 7))
    assert "gains 2 items and loses 0, +17 points (95 %: -9 to 37): too few to tell them apart." in said(
        tmp_path, result
    )


def test_nothing_ends_early_where_two_models_are_compared(tmp_path: Path) -> None:
    assert not read(tmp_path, f"tuned: ours\n{ITEMS}").task.early_stop
    assert read(tmp_path, ITEMS).task.early_stop


@pytest.mark.parametrize(
    ("lost", "gained", "told"),
    [
        (9, 0, "loses 9, -75 points (95 %: -93 to -36): it has forgotten, and not by chance"),
        (2, 0, "too few to tell them apart, so with more of them a loss could still show"),
        (0, 9, "better, and not by chance"),
    ],
)
def test_ordinary_prompts_show_what_was_lost(tmp_path: Path, lost: int, gained: int, told: str) -> None:
    task = read(tmp_path, f"tuned: ours\nrepeats: 1\n{ITEMS}{ORDINARY}").ordinary
    assert task is not None and len(task.items) == 12
    made = calls(task, ("bare", "tuned"), lambda rung, item, _: item >= gained if rung == "bare" else item < 12 - lost)
    assert told in kept_up(summarise(task, made, Model("base", "http://127.0.0.1:1/v1")))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{ITEMS}{ORDINARY}", "name the finetune under tuned"),
        (f"tuned: ours\n{ITEMS}ordinary: [hello]\n", "ordinary item 1"),
    ],
)
def test_ordinary_prompts_that_cannot_be_scored_are_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(FileFault, match=why):
        read(tmp_path, text)
