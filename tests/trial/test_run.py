"""The loop against a real server whose answers are known: what is measured is what was answered."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.model.client import Model
from bot.model.errors import ModelError
from bot.trial.plan import plan
from bot.trial.results.summary import summarise
from bot.trial.run import LAST_STRAWS, run
from bot.trial.task import Call, Task
from tests.fakes.model.server import Answer, Body, ModelServer, fails, model_server, says
from tests.trial.makers import SENTIMENT, task

Script = Callable[[Body], Answer]


@asynccontextmanager
async def served(script: Script, slots: int = 16) -> AsyncGenerator[tuple[Model, ModelServer], None]:
    async with model_server(script) as server:
        model = Model("m", server.url, slots=slots)
        try:
            yield model, server
        finally:
            await model.aclose()


def rung_of(body: Body) -> str:
    roles = [message["role"] for message in body["messages"]]
    if "assistant" in roles:
        return "few_shot"
    return "bare" if body["messages"][0]["content"].startswith("Which of these") else "instructed"


def item_of(body: Body) -> int:
    text = body["messages"][-1]["content"]
    return next(n for n, (given, _) in enumerate(SENTIMENT) if given in text)


def knows(rungs: dict[str, set[int]]) -> Script:
    """Answer rightly for these items of each rung, else wrongly."""

    def script(body: Body) -> Answer:
        item = item_of(body)
        return says(SENTIMENT[item][1] if item in rungs[rung_of(body)] else "maybe")

    return script


async def test_what_the_server_knows_is_what_is_reported() -> None:
    async with served(knows({"bare": {0}, "instructed": {0, 1}, "few_shot": {0, 1, 2, 3}})) as (model, server):
        calls = await run(task(), model)
        result = summarise(task(), calls, model)
    assert len(calls) == len(server.asked) == 4 * 3 * 5
    assert [(r.name, r.items_passed, r.items, r.passes, r.runs) for r in result.rungs] == [
        ("bare", 1, 4, 5, 20),
        ("instructed", 2, 4, 10, 20),
        ("few_shot", 4, 4, 20, 20),
    ]
    assert result.best == "few_shot"
    assert all(r.agreement == 1 for r in result.rungs)
    assert [(r.tokens_in, r.tokens_out) for r in result.rungs] == [(200, 100)] * 3
    assert not result.stopped


@pytest.mark.parametrize("slots", [1, 4])
async def test_no_more_calls_are_under_way_than_the_model_has_slots(slots: int) -> None:
    def slowly(_: Body) -> Answer:
        answer = says("positive")
        return Answer(answer.body, delay=0.01)

    async with served(slowly, slots) as (model, server):
        await run(task(repeats=2), model)
    assert server.most_busy == slots


async def test_a_failed_call_is_an_error_and_neither_pass_nor_failure() -> None:
    def script(body: Body) -> Answer:
        return fails(400, "bad request") if item_of(body) == 1 and rung_of(body) == "bare" else says("positive")

    async with served(script) as (model, _):
        calls = await run(task(), model)
        result = summarise(task(), calls, model)
    bare = result.rungs[0]
    assert (bare.errors, bare.runs, bare.items) == (5, 15, 3)
    assert bare.items_passed == 2
    assert {call.error for call in calls if call.passed is None} == {"rejected"}
    assert not result.stopped


async def test_a_limited_server_loses_nothing() -> None:
    asked = 0

    def script(_: Body) -> Answer:
        nonlocal asked
        asked += 1
        return fails(429, retry_after="0") if asked % 7 == 0 else says("positive")

    async with served(script) as (model, _):
        calls = await run(task(), model)
    assert len(calls) == 60
    assert not any(call.error for call in calls)


@pytest.mark.parametrize("answer", [fails(401), fails(404, code="model_not_found"), Answer("<html>")])
async def test_a_model_that_cannot_be_used_ends_the_trial_at_once(answer: Answer) -> None:
    async with served(lambda _: answer, slots=4) as (model, server):
        with pytest.raises(ModelError):
            await run(task(), model)
        assert len(server.asked) <= 4


async def test_a_model_that_goes_away_for_good_ends_it_with_what_is_measured() -> None:
    asked = 0

    def script(_: Body) -> Answer:
        nonlocal asked
        asked += 1
        return says("positive") if asked <= 20 else fails(401)

    async with served(script, slots=1) as (model, server):
        calls = await run(task(), model)
        result = summarise(task(), calls, model)
    assert len([c for c in calls if c.error is None]) == 20
    assert len(server.asked) == 20 + LAST_STRAWS
    assert result.stopped


async def test_what_is_measured_is_not_asked_again() -> None:
    async with served(knows({"bare": {0}, "instructed": {0}, "few_shot": {0}})) as (model, _):
        all_calls = await run(task(), model)
    done = [*all_calls[:31], all_calls[31].model_copy(update={"error": "slow", "passed": None})]
    seen: list[Call] = []

    async def keep(call: Call) -> None:
        seen.append(call)

    async with served(knows({"bare": {0}, "instructed": {0}, "few_shot": {0}})) as (model, server):
        again = await run(task(), model, done=done, on_call=keep)
    assert len(server.asked) == len(seen) == 60 - 31
    assert Counter(call.key for call in again) == Counter(plan(task()))
    assert [c.passed for c in again] == [c.passed for c in all_calls]


async def test_stopping_keeps_what_is_measured_and_is_fair_to_all_rungs() -> None:
    stop = asyncio.Event()
    seen: list[Call] = []

    async def keep(call: Call) -> None:
        seen.append(call)
        if len(seen) == 13:
            stop.set()

    async with served(lambda _: says("positive"), slots=1) as (model, server):
        calls = await run(task(), model, on_call=keep, stop=stop)
        result = summarise(task(), calls, model)
    assert len(calls) == len(seen) < 20
    assert len(server.asked) < 20
    assert result.stopped
    by_rung = Counter(call.rung for call in calls)
    assert max(by_rung.values()) - min(by_rung.values()) <= 1


async def test_a_call_that_hangs_does_not_hold_up_a_stop() -> None:
    stop = asyncio.Event()
    stuck = Answer({}, delay=60)

    def script(_: Body) -> Answer:
        stop.set()
        return stuck

    async with served(script) as (model, _):
        async with asyncio.timeout(20):
            assert await run(task(), model, stop=stop) == []


async def test_a_fault_while_keeping_a_call_reaches_the_caller() -> None:
    async def keep(_: Call) -> None:
        raise OSError("disk full")

    async with served(lambda _: says("positive")) as (model, _):
        with pytest.raises(OSError, match="disk full"):
            await run(task(), model, on_call=keep)


def test_every_round_is_whole_before_the_next_begins() -> None:
    steps = plan(task())
    assert [run for _, _, run in steps] == sorted(run for _, _, run in steps)
    assert len(set(steps)) == len(steps) == 60


async def test_a_human_task_is_run_and_left_ungraded() -> None:
    free = task(
        ("hi", "Dear Ana, thank you for your long letter of last week."), ("yo", "Dear Ben, we have read it all.")
    )
    assert free.scorer.name == "human"
    async with served(lambda _: says("Dear friend")) as (model, _):
        calls = await run(free, model)
        result = summarise(free, calls, model)
    assert {call.passed for call in calls} == {None}
    assert result.best is None
    assert all(rung.items == 0 and rung.runs == 10 for rung in result.rungs)


def test_a_task_survives_being_stored() -> None:
    assert Task.model_validate_json(task().model_dump_json()) == task()
