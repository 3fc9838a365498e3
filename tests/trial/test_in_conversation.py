"""A trial in a conversation: judged by people, scored another way, run again."""

from dataclasses import replace

import pytest

from bot.chat.events import Pasted, Pressed, Said
from bot.chat.reply import Choices, Table
from bot.consultation.model import Samples
from bot.model.client import Model
from bot.turn.context import TurnContext
from bot.turn.trial_run import measure
from tests.fakes.model.server import model_server, says
from tests.support.consulting import ADVISOR, Talk

PAIRS = "\n\n".join(f"input: review {n}\noutput: {('good', 'bad')[n % 2]}" for n in range(6))


async def run(talk: Talk, advisor: TurnContext) -> str:
    """Run the trial that the last turn began, and let the conversation hear of its end."""
    body, report = await measure(talk.case, advisor)
    return await talk.hear(body.model_copy(update={"parts": report.everything}), by="ana")


@pytest.fixture
async def advised():
    async with model_server(lambda _: says("good")) as server:
        model = Model("m", server.url)
        try:
            yield replace(ADVISOR, model=model)
        finally:
            await model.aclose()


async def test_outputs_that_only_people_can_judge_are_offered_and_their_word_is_measured(advised: TurnContext) -> None:
    talk = Talk(advisor=advised)
    await talk.hear(Pasted(text="Write a haiku about our product"))
    await run(talk, advised)
    offered = [part for part in talk.parts if isinstance(part, Choices) and part.action == "grade"]
    assert offered
    assert {option.label for option in offered[0].options} == {"Passes", "Fails"}
    passes = offered[0].options[0].value
    await talk.hear(Pressed(action="grade", values=(passes,)), by="ben")
    (trial,) = talk.case.trials
    assert [(each.passed, each.by) for each in trial.grades] == [(True, "ben")]
    assert any(rung.passes for rung in trial.rungs)


async def test_an_output_of_an_earlier_trial_is_not_judged(advised: TurnContext) -> None:
    talk = Talk(advisor=advised)
    await talk.hear(Pressed(action="grade", values=("0-123456789abc pass",)), by="ben")
    assert "earlier trial" in talk.told("ben")


async def test_samples_are_scored_another_way(advised: TurnContext) -> None:
    talk = Talk(advisor=advised)
    await talk.hear(Pasted(text=PAIRS))
    await run(talk, advised)
    (others,) = (part for part in talk.parts if isinstance(part, Choices) and part.action == "scorer")
    assert "label" not in [option.value for option in others.options]
    await talk.hear(Pressed(action="scorer", values=("exact",)))
    assert talk.out is not None
    assert talk.out.starts_trial
    assert talk.case.samples.scorer == "exact"
    await run(talk, advised)
    assert talk.case.trials[-1].scorer == "exact"
    assert "cannot be scored" in await talk.hear(Pressed(action="scorer", values=("json",)))


async def test_a_trial_is_run_again_and_compared_pair_by_pair(advised: TurnContext) -> None:
    talk = Talk(advisor=advised)
    assert "no trial to run again" in await talk.say("again")
    await talk.hear(Pasted(text=PAIRS))
    await run(talk, advised)
    await talk.say("again")
    assert talk.out is not None
    assert talk.out.starts_trial
    async with model_server(lambda request: says("bad" if "1" in str(request) else "good")) as server:
        newer = Model("newer", server.url)
        await run(talk, replace(advised, model=newer))
        await newer.aclose()
    tables = [part for part in talk.parts if isinstance(part, Table)]
    assert any(any("newer, now" in header for header in table.headers) for table in tables)
    assert len(talk.case.trials) == 2
    assert not talk.case.trial.repeats


async def test_more_samples_keep_the_scorer_that_was_chosen(advised: TurnContext) -> None:
    talk = Talk(advisor=advised)
    talk.case = talk.case.but(samples=Samples(scorer="exact"))
    await talk.hear(Said(text=PAIRS))
    assert talk.case.samples.scorer == "exact"
    assert len(talk.case.samples.pairs) == 6
