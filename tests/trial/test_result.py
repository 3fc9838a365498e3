"""What is said about a trial: careful with few items, clear about what was not measured."""

from typing import Any

import pytest

from bot.chat.reply import Part, Table, Text
from bot.consultation.trial_results import TrialResult
from bot.model.client import Model
from bot.trial.judging.people import grade, to_grade
from bot.trial.order import Order
from bot.trial.report.card import card, percent, progress
from bot.trial.report.picture import alt, draw, title
from bot.trial.results.summary import summarise
from bot.trial.task import Call, Task
from tests.trial.makers import calls, result, rung, task

ALL = ("bare", "instructed", "few_shot")
MODEL = Model("gpt-6-luna", "https://api.openai.com/v1")
DEMO = Model("SmolLM2-135M", "http://127.0.0.1:1/v1", where="this machine", demonstration=True)


def never(rung: str, item: int, run: int) -> bool:
    return False


def always(rung: str, item: int, run: int) -> bool:
    return True


def open_(rung: str, item: int, run: int) -> None:
    return None


def but_bare(rung: str, item: int, run: int) -> bool:
    return rung != "bare"


def many(n: int) -> Task:
    return task(*[(f"input {k}", "positive" if k % 2 else "negative") for k in range(n)])


def said(parts: list[Part]) -> str:
    lines: list[str] = []
    for part in parts:
        match part:
            case Text(markdown=text):
                lines.append(text)
            case Table(headers=headers, rows=rows, caption=caption):
                lines += [caption, *(" | ".join(row) for row in (headers, *rows))]
            case _:
                raise AssertionError(part.kind)
    return "\n".join(lines)


def carded(given: Task, made: list[Call], model: Model = MODEL) -> tuple[TrialResult, str]:
    summed = summarise(given, made, model)
    return summed, said(card(summed, given, made))


def test_three_of_three_is_promising_and_not_proof() -> None:
    three = many(3)
    made = calls(three, ALL, lambda name, item, _: name == "few_shot" or item == 0)
    summed, text = carded(three, made)
    assert summed.best == "few_shot"
    assert "3 of 3 (44 to 100 %)" in text
    assert "promising, not proof" in text
    assert "1 of 3 (6 to 79 %)" in text
    assert "At this rate about 16 items would decide about the bar." in text
    assert "2 items gained, 0 lost: too few to call it better" in text


def test_twenty_of_twenty_is_said_plainly() -> None:
    made = calls(many(20), ALL, lambda name, item, run: name == "instructed")
    summed, text = carded(many(20), made)
    assert summed.rungs[1].low == pytest.approx(0.839, abs=0.001)
    assert "Even the low end reaches the usual bar of 80 %: a prompt does this." in text
    assert "better (exact McNemar, p < 0.001, Holm)" in text
    assert "would decide" not in text


def test_prompts_that_all_do_alike_are_not_set_above_each_other() -> None:
    made = calls(many(4), ALL, lambda _name, item, _run: item < 2)
    _, text = carded(many(4), made)
    assert "**No prompt did better than another**: each of the 3 passes 2 of 4 (15 to 85 %) of the items." in text
    assert "That is below the usual bar of 80 %, but 4 items cannot rule it out." in text
    assert "best" not in text and "0 items gained" not in text and "promising" not in text


def test_prompts_that_share_the_first_place_are_all_named() -> None:
    made = calls(many(4), ALL, lambda name, item, _run: name != "bare" or item < 1)
    _, text = carded(many(4), made)
    assert "**instructed** and **few-shot** did equally well, and best: 4 of 4" in text
    assert "instructed (best) | 4 of 4" in text and "few-shot (best) | 4 of 4" in text


def test_one_failure_shows_nothing() -> None:
    _, text = carded(many(1), calls(many(1), ALL, never))
    assert "One failure shows nothing" in text
    _, text = carded(many(20), calls(many(20), ALL, never))
    assert "Even the high end is below the usual bar of 80 %" in text


def test_where_nothing_passed_nothing_did_best() -> None:
    _, text = carded(many(20), calls(many(20), ALL, never))
    assert "**Nothing passed**: 0 of 20" in text
    assert "best" not in text


def test_other_models_are_called_by_their_names() -> None:
    two = many(20).model_copy(update={"models": ("gpt-4.1", "lab/o-next")})

    def second(name: str, _item: int, _run: int) -> bool:
        return name == "model_2"

    made = calls(two, ("bare", "model", "model_2"), second)
    _, text = carded(two, made)
    assert "**o-next** did best" in text
    assert "on o-next (best) | 20 of 20" in text
    assert "on gpt-4.1 | 0 of 20" in text
    assert "another model" not in text


def test_the_bundled_model_is_called_a_demonstration() -> None:
    _, text = carded(many(20), calls(many(20), ALL, never), DEMO)
    assert "SmolLM2-135M is a demonstration: a pass counts, a failure says nothing about a real model." in text


def test_an_item_passes_when_more_than_half_of_its_runs_do() -> None:
    four = task(repeats=4)
    made = calls(four, ("bare",), lambda _, item, run: run < item)
    summed = summarise(four, made, MODEL)
    # Item 3 passes three of four runs; two of four are not more than half.
    assert summed.rungs[0].items_passed == 1
    assert summed.rungs[0].passes == 0 + 1 + 2 + 3


def test_of_equally_good_rungs_the_simplest_is_best() -> None:
    summed, _ = carded(many(4), calls(many(4), ALL, but_bare))
    assert summed.best == "instructed"


def test_the_failures_that_tell_most_come_first_and_whole() -> None:
    given = task(("one", "positive"), ("two\nlines", "negative"), ("three", "positive"), ("four", "negative"))
    wrong = {0: 1, 1: 5, 2: 3}
    made = calls(given, ALL, lambda _, item, run: run >= wrong.get(item, 0))
    text = said(card(summarise(given, made, MODEL), given, made))
    assert text.index("**Item 2** failed in 5 of 5") < text.index("**Item 3** failed in 3 of 5")
    assert text.index("**Item 3** failed") < text.index("**Item 1** failed in 1 of 5")
    assert "```\ntwo\nlines\n```" in text
    assert "input `three` · wanted `positive` · got `False`" in text
    assert "Item 4" not in text


def test_a_fence_in_an_answer_stays_inside() -> None:
    given = task(("x", "positive"), ("y", "negative"))
    made = [c.model_copy(update={"text": "```\nboo\n```"}) for c in calls(given, ALL, never)]
    assert "````\n```\nboo\n```\n````" in said(card(summarise(given, made, MODEL), given, made))


def test_failed_calls_are_named_and_counted_apart() -> None:
    made = calls(many(4), ALL, always)
    made[:3] = [c.model_copy(update={"error": "limited", "passed": None}) for c in made[:3]]
    made[3] = made[3].model_copy(update={"error": "slow", "passed": None})
    _, text = carded(many(4), made)
    assert "neither as pass nor as failure: the server limited the speed (3), no answer in time (1)" in text


def test_a_stopped_trial_says_how_far_it_came() -> None:
    made = calls(many(4), ALL, always)[:7]
    summed, text = carded(many(4), made)
    assert summed.stopped
    assert "Stopped early: 7 of 60 calls were made." in text


def test_nothing_answered_is_said() -> None:
    _, text = carded(many(2), [])
    assert "Nothing could be measured" in text


def test_a_rung_that_cannot_be_climbed_says_why() -> None:
    one = many(1)
    _, text = carded(one, calls(one, ("bare", "instructed"), always))
    assert "few-shot was left out: it needs at least two pairs" in text


def test_a_price_is_shown_where_one_is_known() -> None:
    made = calls(many(2), ALL, always)
    assert "USD" in carded(many(2), made)[1]
    assert "USD" not in carded(many(2), made, DEMO)[1]


FREE = task(
    ("hi", "Dear Ana, thank you for your long letter of last week."), ("yo", "Dear Ben, we have now read it all.")
)


def ungraded() -> list[Call]:
    made = calls(FREE, ALL, open_)
    return [c.model_copy(update={"text": "Dear you " if c.rung == "few_shot" else "hey"}) for c in made]


def test_a_person_judges_distinct_outputs_without_knowing_the_rung() -> None:
    _, text = carded(FREE, ungraded())
    assert "nobody has judged them yet" in text
    outputs = to_grade(FREE, ungraded())
    assert [(o.item, o.text) for o in outputs] == [(0, "hey"), (0, "Dear you"), (1, "hey"), (1, "Dear you")]
    assert outputs[0].wanted == FREE.pairs[0].output
    graded = grade(ungraded(), {(0, "hey"): False, (0, "Dear you"): True, (1, "Dear you"): True})
    summed = summarise(FREE, graded, MODEL)
    assert [(r.items_passed, r.items) for r in summed.rungs] == [(0, 1), (0, 1), (2, 2)]
    assert summed.best == "few_shot"
    assert [o.text for o in to_grade(FREE, graded)] == ["hey"]


def test_progress_names_what_each_rung_passes() -> None:
    made = calls(many(3), ALL, but_bare)
    now = progress(Order(many(3)), made[:31], "t1")
    assert (now.done, now.total, now.id) == (31, 45, "t1")
    assert now.text == "bare 0 of 3 · instructed 3 of 3 · few-shot 3 of 3"


def test_labels_that_are_taken_for_one_another_are_counted() -> None:
    given = task(("a", "positive"), ("b", "negative"), ("c", "positive"), repeats=2)
    texts = {0: "Positive.", 1: "positive", 2: "no idea"}
    made = [
        c.model_copy(update={"text": texts[c.item], "passed": c.item == 0}) for c in calls(given, ("bare",), always)
    ]
    summed = summarise(given, made, MODEL)
    assert summed.confusion == (
        ("negative", "positive", 2),
        ("positive", "positive", 2),
        ("positive", "(none of them)", 2),
    )
    assert summed.valid == {"bare": pytest.approx(2 / 3)}


def test_runs_that_differ_are_counted_as_runs() -> None:
    """The interval is about runs then, and saying "3 of 3 items" beside it would mislead."""
    given = many(3)
    made = calls(given, ("bare",), lambda _, item, run: run < 4)
    summed = summarise(given, made, MODEL)
    assert (summed.rungs[0].items_passed, summed.rungs[0].rate) == (3, 0.8)
    assert percent(summed.rungs[0]) == "12 of 15 runs (44 to 93 %)"


def test_several_comparisons_are_corrected_for() -> None:
    """Six items gained and none lost: p is 0.031 alone, and not enough beside another rung that did the same."""
    made = calls(many(6), ("bare", "instructed"), but_bare)
    alone = summarise(many(6).model_copy(update={"rungs": ("bare", "instructed")}), made, MODEL)
    assert [(row.better, row.p) for row in alone.compared] == [(True, pytest.approx(0.03125))]
    made = calls(many(6), ALL, but_bare)
    both = summarise(many(6), made, MODEL)
    assert [(row.better, row.p) for row in both.compared] == [(False, pytest.approx(0.0625))] * 2


def test_how_many_items_would_decide_is_said() -> None:
    made = calls(many(20), ALL, lambda name, item, _: name == "bare" and item < 18)
    summed, text = carded(many(20), made)
    assert summed.needed == 62
    assert "At this rate about 62 items would decide about the bar." in text
    assert summarise(many(20), calls(many(20), ALL, never), MODEL).needed is None


def test_the_items_that_each_rung_passed_are_kept_for_a_later_comparison() -> None:
    made = calls(many(3), ALL, lambda name, item, _: name == "bare" and item == 1)
    made = [c for c in made if (c.rung, c.item) != ("few_shot", 2)]
    assert summarise(many(3), made, MODEL).items == {
        "bare": (False, True, False),
        "instructed": (False, False, False),
        "few_shot": (False, False, None),
    }


SHAPES: dict[str, TrialResult] = {
    "one rung": result(rung("bare", 1, 1, runs=1)),
    "two rungs at the ends": result(rung("bare", 0, 20), rung("instructed", 20, 20)),
    "three rungs": result(rung("bare", 1, 3), rung("instructed", 2, 3), rung("few_shot", 3, 3)),
    "a long name": result(rung("bare", 1, 3), model="accounts/somebody/models/" + "qwen-" * 20),
    "nothing": result(rung("bare", 0, 0)),
    "a bar at the end": result(rung("bare", 3, 3), bar=1.0),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_picture_is_drawn_at_the_width_of_a_phone(shape: str) -> None:
    png = draw(SHAPES[shape])
    assert png.startswith(b"\x89PNG")
    width, height = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    assert width == 960
    assert 300 < height < 1200
    assert len(png) < 200_000


def test_the_picture_says_what_it_shows() -> None:
    shown = SHAPES["three rungs"]
    assert title(shown) == "3 items × 5 runs, gpt-6-luna"
    text = alt(shown)
    assert "bare 1 of 3 (6 to 79 %); instructed 2 of 3 (21 to 94 %); few-shot 3 of 3 (44 to 100 %)" in text
    assert "The bar is 80 %" in text
    assert "1 item × 1 run" in alt(SHAPES["one rung"])


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    import subprocess
    import sys

    code = "import sys, bot.trial.report.result, bot.trial.report.picture, bot.trial.file; print(*sys.modules)"
    loaded: Any = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"PIL", "openai", "genai_prices", "aiohttp", "xllamacpp"} & set(loaded)
