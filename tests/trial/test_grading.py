"""People's grades: which outputs they are asked about, what they change, and how a judge compares."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.model import Pair, Samples
from bot.consultation.trial_results import Graded, TrialResult
from bot.model.client import Model
from bot.trial.judging.people import by_people, output_id, rescored, to_grade
from bot.trial.report.card import card, percent
from bot.trial.results.summary import summarise, with_grade
from bot.trial.scorers.judged import Judge
from bot.trial.scorers.registry import named
from bot.trial.task import Call, Task, task_of
from tests.trial.makers import calls, task

MODEL = Model("gpt-6-luna", "https://api.openai.com/v1")
ALL = ("bare", "instructed", "few_shot")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def nobody(rung: str, item: int, run: int) -> None:
    return None


def always(rung: str, item: int, run: int) -> bool:
    return True


def never(rung: str, item: int, run: int) -> bool:
    return False


def letters(items: int, scorer: Judge | None = None, repeats: int = 2) -> Task:
    pairs = tuple(
        Pair(input=f"mail {n}", output=f"Dear number {n}, thank you for your long letter of last week.")
        for n in range(items)
    )
    return task_of(Samples(pairs=pairs), scorer=scorer, repeats=repeats)


def made(given_task: Task, judge: str = "", passes: bool | None = None) -> list[Call]:
    """Every rung but few-shot answers "hey"; few-shot writes a letter."""
    return [
        call.model_copy(
            update={"text": " Dear you" if call.rung == "few_shot" else "hey", "judge": judge, "passed": passes}
        )
        for call in calls(given_task, ALL, nobody)
    ]


def said(item: int, text: str, passed: bool, by: str = "ana") -> Graded:
    return Graded(output=output_id(item, text), passed=passed, by=by, at=NOW)


def graded(result: TrialResult, *grades: Graded) -> TrialResult:
    for grade in grades:
        result = with_grade(result, grade)
    return result


def test_grades_make_a_result_out_of_outputs_that_nobody_had_judged() -> None:
    given_task = letters(3)
    ungraded = summarise(given_task, made(given_task), MODEL)
    assert (ungraded.best, ungraded.rungs[0].items) == (None, 0)
    outputs = to_grade(given_task, made(given_task))
    assert len(outputs) == 6
    after = ungraded
    for output in outputs:
        after = with_grade(after, said(output.item, output.text, output.text == "Dear you"))
        assert output.id == output_id(output.item, output.text)
    assert after.best == "few_shot"
    assert [percent(rung) for rung in after.rungs] == [
        "0 of 3 (0 to 56 %)",
        "0 of 3 (0 to 56 %)",
        "3 of 3 (44 to 100 %)",
    ]
    assert [rung.passes for rung in after.rungs] == [0, 0, 6]
    assert after.items["few_shot"] == (True, True, True)
    assert ("few_shot", 3, 0) in [(row.rung, row.gained, row.lost) for row in after.compared]


def test_one_grade_counts_for_equal_answers_on_every_rung() -> None:
    given_task = letters(2)
    after = with_grade(summarise(given_task, made(given_task), MODEL), said(0, "hey", True))
    assert [(rung.items, rung.passes) for rung in after.rungs] == [(1, 2), (1, 2), (0, 0)]


def test_the_last_word_of_a_person_counts_and_a_tie_is_left_open() -> None:
    given_task = letters(1)
    before = summarise(given_task, made(given_task), MODEL)
    changed = graded(before, said(0, "hey", True), said(0, "hey", False))
    assert (changed.rungs[0].items_passed, changed.rungs[0].items, len(changed.grades)) == (0, 1, 1)
    tied = graded(before, said(0, "hey", True), said(0, "hey", False, "ben"))
    assert tied.rungs[0].items == 0
    assert graded(tied, said(0, "hey", True, "cem")).rungs[0].items_passed == 1


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from(["ana", "ben", "cem"])), max_size=20))
def test_grading_in_the_thread_is_grading_at_the_end(presses: list[tuple[int, bool, str]]) -> None:
    """One by one or all at once: the result is what the last words of all people make it."""
    given_task = letters(4)
    grades = [said(item, "hey", passed, by) for item, passed, by in presses]
    after = graded(summarise(given_task, made(given_task), MODEL), *grades)
    people = by_people(grades)
    wanted = [people.get(output_id(item, "hey")) for item in range(4)]
    assert list(after.items["bare"]) == wanted
    assert after.rungs[0].items == sum(each is not None for each in wanted)


def judged(items: int, agree: int, grades: int) -> TrialResult:
    """A judge passes everything; of the outputs that people grade, they pass so many."""
    given_task = letters(items, Judge())
    result = summarise(given_task, made(given_task, "gpt-6-luna", passes=True), MODEL)
    return graded(result, *(said(n, "hey", n < agree) for n in range(grades)))


def test_a_judges_agreement_is_shown_from_ten_grades_on() -> None:
    few = judged(12, 9, 9).judged
    assert few is not None
    assert (few.outputs, few.agreement) == (9, None)
    ten = judged(12, 8, 10).judged
    assert ten is not None
    assert (ten.outputs, ten.agreement) == (10, 0.8)
    assert (ten.low, ten.high) == pytest.approx((0.490, 0.943), abs=1e-3)
    given_task = letters(12, Judge())
    text = str(card(judged(12, 8, 10), given_task, made(given_task, "gpt-6-luna", passes=True)))
    assert "with people it agrees in 80 % of 10 (49 to 94 %)" in text
    text = str(card(judged(12, 8, 9), given_task, made(given_task, "gpt-6-luna", passes=True)))
    assert "people have checked 9 of its judgements" in text


def test_a_person_outranks_the_judge() -> None:
    result = judged(4, 0, 1)
    assert [rung.items_passed for rung in result.rungs] == [3, 3, 4]
    assert result.items["bare"] == (False, True, True, True)


def test_where_a_program_scores_nothing_is_kept_for_grading() -> None:
    plain = summarise(task(), calls(task(), ALL, always), MODEL)
    assert (plain.outputs, plain.scored, plain.judged) == ({}, {}, None)


def test_another_scorer_is_tried_on_the_answers_that_are_there() -> None:
    given_task = task()
    essays = [c.model_copy(update={"text": "It is positive."}) for c in calls(given_task, ALL, never)]
    now, again = rescored(given_task, essays, named("contains", given_task.pairs))
    assert [rung.rate for rung in summarise(now, again, MODEL).rungs] == [0.5, 0.5, 0.5]
    assert summarise(now, again, MODEL).scorer == "contains"
    faults = [c.model_copy(update={"error": "slow", "passed": None}) for c in essays]
    assert rescored(given_task, faults, named("contains", given_task.pairs))[1] == faults
    by_hand = rescored(given_task, essays, named("human", given_task.pairs))[1]
    assert {call.passed for call in by_hand} == {None}


def test_a_result_survives_being_stored() -> None:
    result = judged(4, 1, 2)
    assert TrialResult.model_validate_json(result.model_dump_json()) == result
