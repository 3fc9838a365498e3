"""The optimiser: it finds a prompt on other items, counts its calls, keeps to the cap and can be stopped."""

import asyncio

import pytest

from bot.trial.plan import plan, prepared, remaining
from bot.trial.report.card import card
from bot.trial.results.facts import facts
from bot.trial.results.summary import summarise
from bot.trial.run import run
from bot.trial.task import PREPARED
from tests.fakes.model.server import Answer, Body, says
from tests.trial.test_ladder import AGES, item_of, labels, named, served, wanted

GEPA = labels(18, repeats=2, rungs=("bare", "gepa"))


async def test_the_optimiser_finds_a_prompt_on_other_items_and_its_calls_are_counted() -> None:
    pytest.importorskip("gepa", reason="the optional package gepa is not installed")
    learnt: set[int] = set()

    def script(body: Body) -> Answer:
        first = body["messages"][0]
        if "text " not in body["messages"][-1]["content"][:60]:
            return says("```\nSay yes to odd numbers, no to even ones.\n```")
        if first["role"] == "system":
            learnt.add(item_of(body))
        return says(wanted(body) if "odd numbers" in first["content"] else "maybe")

    async with served(script) as (model, server):
        calls = await run(GEPA, model)
        result = summarise(GEPA, calls, model)
        before = len(server.asked)
        again = await run(GEPA, model, done=calls)
    made = next(call for call in calls if call.item == PREPARED)
    scored = {item for rung, item, _ in plan(GEPA) if rung == "gepa"}
    assert "Say yes to odd numbers" in made.text
    assert result.calls == before == len(calls) - 1 + made.count
    assert (named(result, "gepa").items, named(result, "gepa").runs, named(result, "gepa").rate) == (6, 12, 1.0)
    assert learnt - scored
    assert "Say yes to odd numbers" in str(card(result, GEPA, calls))
    assert prepared(GEPA, calls).optimised == made.text
    # The prompt is kept with the calls, so that nobody optimises twice.
    assert again == calls
    assert len(server.asked) == before
    tried = facts(result, {}, AGES)["prompts_tried"]
    assert isinstance(tried, tuple)
    assert "optimizer" in tried


async def test_the_optimiser_keeps_to_the_cap() -> None:
    pytest.importorskip("gepa", reason="the optional package gepa is not installed")
    spent = 0

    async def spend(calls: int) -> bool:
        nonlocal spent
        if spent + calls > 60:
            return False
        spent += calls
        return True

    async with served(lambda _: says("maybe")) as (model, server):
        calls = await run(GEPA, model, spend=spend)
        result = summarise(GEPA, calls, model)
    assert len(server.asked) <= 60
    assert result.stopped
    assert "gepa" not in {rung.name for rung in result.rungs}


async def test_stopping_the_optimiser_does_not_wait_for_it() -> None:
    pytest.importorskip("gepa", reason="the optional package gepa is not installed")
    stop = asyncio.Event()

    def script(body: Body) -> Answer:
        if body["messages"][0]["role"] == "system":
            stop.set()
            return Answer({}, delay=60)
        return says("maybe")

    async with served(script) as (model, _):
        async with asyncio.timeout(20):
            calls = await run(GEPA, model, stop=stop)
    assert remaining(GEPA, calls)
