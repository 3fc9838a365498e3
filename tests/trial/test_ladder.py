"""The ladder against a real server: it ends when it is decided, and each rung asks what it says it asks."""

import json
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bot.consultation.model import Pair, Samples
from bot.consultation.trial_results import RungResult, TrialResult
from bot.model.client import Model
from bot.trial.order import Order
from bot.trial.plan import plan
from bot.trial.report.card import card, progress
from bot.trial.results.facts import facts
from bot.trial.results.summary import summarise
from bot.trial.run import fitted, run
from bot.trial.scorers.judged import Judge
from bot.trial.scorers.value import Json
from bot.trial.statistics import Interval, clustered
from bot.trial.stopping import Standing, standing
from bot.trial.task import Call, Task, task_of
from knowledge.load import load
from tests.fakes.model.server import Answer, Body, ModelServer, fails, model_server, says
from tests.trial.makers import task

Script = Callable[[Body], Answer]
AGES = load().models


@asynccontextmanager
async def served(script: Script, slots: int = 16) -> AsyncGenerator[tuple[Model, ModelServer], None]:
    async with model_server(script) as server:
        model = Model("m", server.url, slots=slots)
        try:
            yield model, server
        finally:
            await model.aclose()


def labels(items: int, repeats: int = 5, **changes: object) -> Task:
    """Return a task of so many texts, of which every second one is a yes."""
    pairs = tuple(Pair(input=f"text {n}.", output="yes" if n % 2 else "no") for n in range(items))
    return task_of(Samples(pairs=pairs), repeats=repeats).model_copy(update=changes)


def said(body: Body) -> str:
    return "\n".join(message["content"] for message in body["messages"])


def item_of(body: Body) -> int:
    return int(body["messages"][-1]["content"].rpartition("text ")[2].partition(".")[0])


def wanted(body: Body) -> str:
    return "yes" if item_of(body) % 2 else "no"


def rung_of(body: Body) -> str:
    if any(message["role"] == "assistant" for message in body["messages"]):
        return "few_shot"
    return "bare" if body["messages"][0]["content"].startswith("Which of these") else "instructed"


def verdict(stands: list[Standing]) -> Standing:
    if "reached" in stands:
        return "reached"
    return "below" if set(stands) == {"below"} else "open"


def named(result: TrialResult, name: str) -> RungResult:
    return next(rung for rung in result.rungs if rung.name == name)


async def test_a_task_that_no_prompt_does_costs_one_round_and_what_was_in_flight() -> None:
    given = labels(20)
    async with served(lambda _: says("maybe"), slots=4) as (model, server):
        calls = await run(given, model)
        result = summarise(given, calls, model)
    assert 60 <= len(server.asked) == len(calls) <= 60 + 4
    assert (result.calls, result.saved_calls) == (len(calls), 300 - len(calls))
    assert not result.stopped
    assert facts(result, {}, AGES)["quality_ok"] is False
    assert f"{result.saved_calls} calls were saved" in str(card(result, given, calls))


async def test_the_first_rung_that_reaches_the_bar_ends_the_ladder() -> None:
    """Nothing that is left could change that a prompt does it, so premise and model are not begun."""
    given = labels(50, models=("b",), premise="Odd is yes.")
    async with served(lambda body: says(wanted(body)), slots=4) as (model, server):
        calls = await run(given, model, others={"b": model})
        result = summarise(given, calls, model)
    assert len(server.asked) <= 2 * 150 + 4
    assert result.saved_calls == len(plan(given)) - len(calls)
    assert result.best == "bare"
    assert dict(result.skipped)["premise"] == "was not needed: bare reaches the bar without it"
    assert facts(result, {}, AGES)["quality_ok"] is True


async def test_the_full_grid_is_run_where_it_is_asked_for() -> None:
    given = labels(20, repeats=2, early_stop=False)
    async with served(lambda _: says("maybe")) as (model, server):
        result = summarise(given, await run(given, model), model)
    assert len(server.asked) == 120
    assert result.saved_calls == 0


async def test_with_a_rough_server_decisions_are_those_of_a_smooth_one() -> None:
    """Right with a probability by item and rung; delays, limits, pages and broken answers between."""
    chance = random.Random(3)
    for number in range(6):
        given = labels(16, repeats=3)
        rates = {"bare": chance.random(), "instructed": chance.choice((0.3, 0.99)), "few_shot": chance.random()}
        certain = {(rung, item): chance.random() < rate for rung, rate in rates.items() for item in range(16)}
        bad, asked = random.Random(number), Counter[str]()

        def script(
            body: Body,
            certain: dict[tuple[str, int], bool] = certain,
            bad: random.Random = bad,
            asked: Counter[str] = asked,
        ) -> Answer:
            asked["all"] += 1
            # Nothing but faults from the start would be a model that cannot be used.
            rough = bad.random() if asked["all"] > 40 else 1.0
            if rough < 0.1:
                return fails(429, retry_after="0")
            if rough < 0.13:
                return Answer("<html>busy</html>", content_type="text/html")
            if rough < 0.16:
                return Answer('{"choices": [', content_type="application/json")
            right = certain[rung_of(body), item_of(body)]
            return replace(says(wanted(body) if right else "maybe"), delay=bad.random() * 0.004)

        async with served(script) as (model, _):
            calls = await run(given, model)
            result = summarise(given, calls, model)
        for call in calls:
            assert call.passed is (None if call.error else certain[call.rung, call.item])
        for rung in result.rungs:
            right = sum(call.passed is True for call in calls if call.rung == rung.name)
            assert (rung.passes, rung.errors) == (
                right,
                sum(call.error is not None for call in calls if call.rung == rung.name),
            )
            assert rung.rate == pytest.approx(right / rung.runs)
        whole = [clustered([(3 * certain[rung, item], 3) for item in range(16)]) for rung in rates]
        assert verdict([standing(each, 0.8, 16) for each in whole]) == verdict(
            [standing(Interval(rung.rate, rung.low, rung.high, 0), 0.8, rung.items) for rung in result.rungs]
        )


async def test_a_cap_ends_it_with_what_was_paid_for() -> None:
    left = 25

    async def spend(calls: int) -> bool:
        nonlocal left
        left -= calls
        return left >= 0

    given = labels(20)
    async with served(lambda body: says(wanted(body))) as (model, server):
        calls = await run(given, model, spend=spend)
        result = summarise(given, calls, model)
    assert len(server.asked) == len(calls) == 25
    assert result.stopped
    assert result.saved_calls == 0


async def test_another_model_is_asked_by_its_name_and_reported_with_it() -> None:
    given = labels(4, repeats=2, models=("b",))
    async with served(lambda body: says(wanted(body) if body["model"] == "b" else "maybe")) as (model, server):
        other = Model("b", server.url)
        result = summarise(given, await run(given, model, others={"b": other}), model)
        await other.aclose()
    assert Counter(body["model"] for body in server.asked)["b"] == 8
    assert (named(result, "model").model, named(result, "model").rate) == ("b", 1.0)
    assert result.base == "few_shot"
    assert ("model", "few_shot") in [(row.rung, row.against) for row in result.compared]
    assert facts(result, {}, AGES)["models_tried"] == "several"


async def test_another_model_that_is_not_there_costs_its_own_rung_only() -> None:
    given = labels(4, repeats=2, models=("b",))

    def script(body: Body) -> Answer:
        return fails(404, code="model_not_found") if body["model"] == "b" else says("yes")

    async with served(script, slots=1) as (model, server):
        other = Model("b", server.url)
        result = summarise(given, await run(given, model, others={"b": other}), model)
        await other.aclose()
    assert named(result, "bare").runs == 8
    assert (named(result, "model").runs, named(result, "model").errors) == (0, 1)
    assert not result.stopped
    assert facts(result, {}, AGES)["models_tried"] == "current"


def test_a_model_that_cannot_be_opened_is_left_out_before_it_starts() -> None:
    model = Model("m", "http://127.0.0.1:1/v1")
    given = fitted(labels(4, models=("b", "c")), model, others=["c"])
    assert given.models == ("c",)


RECORDS = task_of(
    Samples(
        pairs=tuple(Pair(input=f"text {n}. Ana is {n}", output=json.dumps({"name": "Ana", "age": n})) for n in range(4))
    ),
    repeats=2,
)


async def test_the_schema_is_sent_as_response_format() -> None:
    def script(body: Body) -> Answer:
        right = json.dumps({"name": "Ana", "age": item_of(body)})
        return says(right if "response_format" in body else f"Sure! {right}")

    async with served(script) as (model, server):
        result = summarise(RECORDS, await run(RECORDS, model), model)
    sent = [body["response_format"]["json_schema"] for body in server.asked if "response_format" in body]
    assert len(sent) == 8
    assert sent[0]["strict"] is True
    assert sent[0]["schema"]["required"] == ["name", "age"]
    assert isinstance(RECORDS.scorer, Json)
    assert (result.best, named(result, "schema").rate, named(result, "bare").rate) == ("schema", 1.0, 0.0)
    assert result.valid == {"bare": 0.0, "instructed": 0.0, "few_shot": 0.0, "schema": 1.0}
    assert result.fields == (("name", 8, 8), ("age", 8, 8))
    tried = facts(result, {}, AGES)["prompts_tried"]
    assert isinstance(tried, tuple)
    assert "schema" in tried


async def test_a_server_without_schemas_is_asked_without_and_the_answer_is_checked() -> None:
    def script(body: Body) -> Answer:
        if body.get("response_format", {}).get("type") == "json_schema":
            return fails(400, "response_format json_schema is not supported")
        return says(json.dumps({"name": "Ana", "age": str(item_of(body))}))

    given = RECORDS.model_copy(update={"early_stop": False})
    async with served(script) as (model, _):
        result = summarise(given, await run(given, model), model)
    assert (named(result, "schema").runs, named(result, "schema").errors) == (8, 0)
    assert result.valid["schema"] == 0.0
    assert ("age", 0, 8) in result.fields


async def test_of_reasoned_answers_the_last_line_is_scored() -> None:
    given = labels(4, repeats=2, rungs=("bare", "steps"))

    def script(body: Body) -> Answer:
        right = wanted(body)
        return says(f"1. It may be no or yes.\nAnswer: {right}" if "Work in steps" in said(body) else "maybe")

    async with served(script) as (model, _):
        calls = await run(given, model)
        result = summarise(given, calls, model)
    assert (named(result, "steps").rate, named(result, "bare").rate) == (1.0, 0.0)
    call = next(call for call in calls if call.rung == "steps")
    assert call.text in ("yes", "no")
    assert str(call.reasoning).startswith("1. It may be")


@pytest.mark.parametrize("items", [3, 20])
async def test_a_fact_that_turns_failures_into_passes_shows_a_gap_in_knowledge(items: int) -> None:
    given = labels(items, premise="Odd numbers are a yes.")

    def script(body: Body) -> Answer:
        return says(wanted(body) if "Odd numbers are a yes." in said(body) else "maybe")

    async with served(script) as (model, _):
        calls = await run(given, model)
        result = summarise(given, calls, model)
    assert result.premise_fixes is True
    assert facts(result, {}, AGES)["premise_fixes"] is True
    assert "it lacks knowledge, not behaviour" in str(card(result, given, calls))


async def test_a_fact_that_changes_nothing_shows_that_knowledge_is_not_missing() -> None:
    given = labels(20, premise="Odd numbers are a yes.")
    async with served(lambda _: says("maybe")) as (model, _):
        result = summarise(given, await run(given, model), model)
    assert result.premise_fixes is False
    measured = facts(result, {}, AGES)
    assert (measured["premise_fixes"], measured["quality_ok"]) == (False, False)


@pytest.mark.parametrize("helps", [0, 1])
async def test_one_or_two_items_say_nothing_about_the_fact(helps: int) -> None:
    given = labels(2, repeats=3, premise="Odd numbers are a yes.")

    def script(body: Body) -> Answer:
        return says(wanted(body) if "Odd" in said(body) and item_of(body) < helps else "maybe")

    async with served(script) as (model, _):
        result = summarise(given, await run(given, model), model)
    assert result.premise_fixes is (None if helps else False)


LETTERS = task_of(
    Samples(
        pairs=(
            Pair(input="text 0.", output="Dear Ana, thank you for your long letter of last week."),
            Pair(input="text 1.", output="Dear Ben, we have now read every word of it."),
        )
    ),
    scorer=Judge(),
    repeats=2,
)


def judging(body: Body) -> bool:
    return "You check one ANSWER" in body["messages"][0]["content"]


async def test_a_judge_reads_both_orders_and_is_asked_once_for_equal_answers() -> None:
    def script(body: Body) -> Answer:
        if not judging(body):
            return says(f"Dear friend {item_of(body)}")
        return says(json.dumps({"reason": "tone", "verdict": "pass" if "friend 1" in said(body) else "fail"}))

    async with served(script) as (model, server):
        calls = await run(LETTERS, model)
        result = summarise(LETTERS, calls, model)
    asked = [body for body in server.asked if judging(body)]
    assert len(asked) == 4
    assert {body["temperature"] for body in asked} == {0}
    first = [said(body).index("<<<ANSWER") < said(body).index("<<<REFERENCE") for body in asked]
    assert Counter(first) == {True: 2, False: 2}
    assert result.calls == len(server.asked)
    assert sum(rung.tokens_in for rung in result.rungs) == sum(call.tokens_in + call.judge_in for call in calls)
    assert sum(call.judge_in for call in calls) > 0
    assert [(rung.passes, rung.runs) for rung in result.rungs] == [(2, 4)] * len(result.rungs)
    assert result.judged is not None
    assert (result.judged.outputs, result.judged.agreement) == (0, None)


async def test_a_judge_that_favours_a_place_leaves_it_to_a_person() -> None:
    def script(body: Body) -> Answer:
        if not judging(body):
            return says("Dear friend")
        text = said(body)
        return says("pass" if text.index("<<<ANSWER") < text.index("<<<REFERENCE") else "fail")

    async with served(script) as (model, _):
        calls = await run(LETTERS, model)
        result = summarise(LETTERS, calls, model)
    assert {call.passed for call in calls} == {None}
    assert result.best is None
    assert result.judged is not None
    assert result.judged.undecided == 2


async def test_a_judge_that_fails_is_a_fault_and_no_wrong_answer() -> None:
    def script(body: Body) -> Answer:
        return fails(400, "no") if judging(body) and "text 0." in said(body) else says("pass")

    async with served(script) as (model, _):
        calls = await run(LETTERS, model)
        result = summarise(LETTERS, calls, model)
    bare = named(result, "bare")
    assert (bare.errors, bare.runs, bare.passes) == (2, 2, 2)


async def test_progress_counts_what_is_still_needed() -> None:
    given = labels(20)
    seen: list[Call] = []
    totals: list[int] = []

    async def keep(call: Call) -> None:
        seen.append(call)
        totals.append(progress(Order(given), seen, "t").total)

    async with served(lambda _: says("maybe"), slots=1) as (model, _):
        await run(given, model, on_call=keep)
    assert totals[0] == 300
    assert totals[-1] == len(seen) == 60
    assert totals == sorted(totals, reverse=True)


def test_standing_is_what_the_interval_says() -> None:
    def at(low: float, high: float, items: int = 20) -> Standing:
        return standing(Interval(0.5, low, high, 20), 0.8, items)

    assert [at(0.8, 0.9), at(0.79, 0.9), at(0.1, 0.79), at(0.1, 0.8)] == ["reached", "open", "below", "open"]
    assert at(0.0, 0.79, items=1) == "open"
    assert task().scorer.name == "label"
