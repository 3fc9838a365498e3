"""A trial as part of a case: what it does to the facts, and what people's grades do afterwards."""

from datetime import UTC, datetime

import pytest

from bot.chat.events import Failed, Measured
from bot.consultation.model import Consultation, Pair, Samples
from bot.consultation.trial_results import Graded
from bot.model.client import Model
from bot.trial.judging.people import output_id
from bot.trial.task import Call
from bot.turn.context import TurnContext
from bot.turn.trial_run import measure
from bot.turn.trials import graded
from knowledge.load import load
from knowledge.prices import load_prices
from tests.fakes.model.server import Answer, Body, model_server, says
from tests.support.clock import NOON, TODAY

KNOWLEDGE = load()
LETTERS = tuple(
    Pair(input=f"mail {n}", output=f"Dear number {n}, thank you for your long letter of last week.") for n in range(16)
)


def case(samples: Samples) -> Consultation:
    return Consultation(id="test:1", started=NOON, updated=NOON, samples=samples)


def advisor(model: Model) -> TurnContext:
    return TurnContext(KNOWLEDGE, lambda held: held, model, prices=load_prices(), today=TODAY)


async def test_a_grade_that_comes_later_sets_what_the_trial_could_not() -> None:
    given = case(Samples(pairs=LETTERS))
    async with model_server(lambda _: says("Dear you")) as server:
        model = Model("m", server.url)
        ended, _ = await measure(given, advisor(model))
        await model.aclose()
    assert isinstance(ended, Measured)
    result = ended.result
    assert result.facts == {}
    for item in range(16):
        grade = Graded(output=output_id(item, "Dear you"), passed=True, by="ana", at=datetime.now(UTC))
        result = graded(given, advisor(model), result, grade)
    assert (result.facts["quality_ok"], result.facts["pass_rate"], result.facts["eval_items"]) == (True, 1.0, 16)


async def test_the_scorer_that_somebody_chose_is_used() -> None:
    given = case(Samples(pairs=LETTERS, scorer="length"))
    async with model_server(lambda _: says("one two three four five six seven eight nine ten eleven")) as server:
        model = Model("m", server.url)
        ended, _ = await measure(given, advisor(model))
        await model.aclose()
    assert isinstance(ended, Measured)
    assert (ended.result.scorer, ended.result.rungs[0].rate) == ("length", 1.0)


async def test_a_scorer_that_does_not_fit_is_one_sentence() -> None:
    ended, _ = await measure(
        case(Samples(pairs=LETTERS, scorer="not_contains")), advisor(Model("m", "http://127.0.0.1:1/v1"))
    )
    assert isinstance(ended, Failed)
    assert "not_contains" in ended.sentence


@pytest.mark.parametrize("cap", [0, 7])
async def test_a_cap_ends_it_with_what_is_measured(cap: int) -> None:
    left, seen = cap, list[Call]()

    async def spend(calls: int) -> bool:
        nonlocal left
        left -= calls
        return left >= 0

    async def keep(call: Call) -> None:
        seen.append(call)

    given = case(Samples(pairs=(Pair(input="a", output="yes"), Pair(input="b", output="no"))))
    async with model_server(lambda _: says("yes")) as server:
        model = Model("m", server.url)
        ended, _ = await measure(given, advisor(model), keep=keep, spend=spend)
        await model.aclose()
        assert len(server.asked) == len(seen) == cap
    assert isinstance(ended, Measured)
    assert ended.result.stopped


async def test_a_vague_verb_in_the_teams_prompt_is_swapped_for_a_precise_one() -> None:
    def script(body: Body) -> Answer:
        return says("one two" if "Proofread this text" in body["messages"][0]["content"] else "a b c d e f g h i")

    samples = Samples(pairs=(Pair(input="on two", output="one two"),), prompt="Improve this text", scorer="text")
    async with model_server(script) as server:
        model = Model("m", server.url)
        ended, _ = await measure(case(samples), advisor(model))
        await model.aclose()
    assert isinstance(ended, Measured)
    assert {rung.name: rung.rate for rung in ended.result.rungs}["verb_swap"] == 1.0
    assert ended.result.best == "verb_swap"
