"""A finetune beside its base in a conversation: who may name one, what is asked before, and what comes of it."""

import re
from dataclasses import replace

import pytest

from bot.chat.events import Measured, Pressed, Said
from bot.chat.reply import Choices, Progress
from bot.model.client import Model
from bot.trial.task import Call
from bot.turn.context import TurnContext
from bot.turn.trial_run import measure
from tests.fakes.model.server import Answer, Body, model_server, says
from tests.support.consulting import ADVISOR, Talk

PAIRS = "\n\n".join(f"input: review {n}\noutput: {('good', 'bad')[n % 2]}" for n in range(12))
ORDINARY = {
    "Australia": "Canberra",
    "17 + 25": "42",
    "shirt": "30 USD",
    "planet": "Jupiter",
    "ready": "ready",
    "France": '{"country": "France", "capital": "Paris"}',
    "dog is sleeping": "Der Hund schläft.",
    "estación": "Where is the station?",
}
"""Part of a question that the base can answer, and its answer."""


def script(request: Body) -> Answer:
    """Answer as a base that knows the world and not the task, and as a finetune that knows the task alone."""
    asked = str(request["messages"])
    review = next((n for n in range(11, -1, -1) if f"review {n}" in str(request["messages"][-1])), None)
    if review is not None:
        return says(("good", "bad")[review % 2] if request["model"] == "ours-v2" else "good")
    known = next((answer for part, answer in ORDINARY.items() if part in asked), "I do not know")
    return says(known if request["model"] != "ours-v2" else "good")


@pytest.fixture
async def advised():
    async with model_server(script, models=("m", "ours-v2")) as server:
        model = Model("m", server.url)
        try:
            yield replace(ADVISOR, model=model)
        finally:
            await model.aclose()


async def asked_to_compare(advised: TurnContext) -> Talk:
    talk = Talk({"finetune": "falls_short"}, advised)
    await talk.say("we have 400 examples")
    await talk.say(PAIRS)
    return talk


async def test_a_finetune_is_compared_on_the_samples_and_on_ordinary_prompts(advised: TurnContext) -> None:
    talk = await asked_to_compare(advised)
    (offer,) = [part for part in talk.parts if isinstance(part, Choices)]
    assert "compare" in [option.value for option in offer.options], "who has a finetune is offered it after the samples"
    assert "compare NAME" in await talk.hear(Pressed(action="run", values=("compare",)))
    await talk.hear(Said(text="compare ours-v2"))
    (asks,) = [part for part in talk.parts if isinstance(part, Choices)]
    # 12 items by 3 runs on bare, few-shot and the finetune, and 20 ordinary prompts on each of the two.
    assert "ours-v2 beside m, with 20 ordinary prompts each" in asks.text and "up to 148 calls" in asks.text
    await talk.hear(Pressed(action="run", values=("run",)))
    assert talk.out is not None and talk.out.starts_trial
    told: list[Progress] = []
    body, report = await measure(talk.case, advised, tell=told.append)
    assert isinstance(body, Measured)
    assert (told[-1].done, told[-1].total) == (148, 148) and "ordinary prompts" in told[-1].text
    said = await talk.hear(body.model_copy(update={"parts": report.everything}))
    assert "against few-shot it gains 6 items and loses 0, +50 points (95 %: 13 to 72): probably better" in said
    assert "it has forgotten, and not by chance" in said and "capital of Australia" in said
    assert talk.value("tuned_fails") == ("forgets",)


@pytest.mark.parametrize(
    ("allowed", "name", "base"),
    [
        ((), "ours-v2", "m"),
        ((), "m", None),
        ((), "somebody-elses-1", None),
        (("ours-v3",), "ours-v2", None),
        (("ours-v3=llama-3.1-8b",), "ours-v3", "llama-3.1-8b"),
        (("ft:gpt-4.1-mini:acme::x1",), "ft:gpt-4.1-mini:acme::x1", "gpt-4.1-mini"),
    ],
)
async def test_only_what_the_operator_or_the_server_names_may_be_compared(
    advised: TurnContext, allowed: tuple[str, ...], name: str, base: str | None
) -> None:
    talk = await asked_to_compare(replace(advised, finetunes=allowed))
    said = await talk.say(f"/compare {name}")
    offered = "".join(part.text or "" for part in talk.parts if isinstance(part, Choices))
    if base is None:
        assert "whoever runs me can allow it" in said and not offered
    else:
        assert f"beside {base}," in offered and "whoever runs me" not in said


@pytest.mark.parametrize(
    ("allowed", "name"),
    [("o1-pro", "o1-pro"), ("ft:o1-pro:acme::x1", "ft:o1-pro:acme::x1"), ("ours-v3=o1-pro", "ours-v3")],
    ids=["beside a model without a price", "of a dear base", "on a dear base"],
)
async def test_what_a_dear_model_takes_is_said_and_above_the_cap_it_runs_only_once_that_is_allowed(
    advised: TurnContext, allowed: str, name: str
) -> None:
    talk = await asked_to_compare(replace(advised, finetunes=(allowed,)))
    await talk.say(f"compare {name}")
    (asks,) = [part for part in talk.parts if isinstance(part, Choices)]
    assert re.search(r"tokens, at least [0-9.]+ USD", asks.text)
    await talk.hear(Pressed(action="run", values=("run",)))
    (asks,) = [part for part in talk.parts if isinstance(part, Choices)]
    assert "That is above the cap of 0.50 USD. Shall I run it?" in asks.text
    assert talk.out is not None and not talk.out.starts_trial
    await talk.hear(Pressed(action="run", values=("run",)), by="ben")
    assert talk.out is not None and not talk.out.starts_trial, "Ben did not ask, and is no admin"
    await talk.hear(Pressed(action="run", values=("run",)))
    assert talk.out is not None and talk.out.starts_trial


async def test_what_the_operator_names_is_offered_by_name_and_left_again(advised: TurnContext) -> None:
    talk = await asked_to_compare(replace(advised, finetunes=("ours-v2=m",)))
    await talk.hear(Pressed(action="run", values=("compare",)))
    (which,) = [part for part in talk.parts if isinstance(part, Choices)]
    assert [(which.action, option.value) for option in which.options] == [("compare", "ours-v2")]
    await talk.hear(Pressed(action="compare", values=("ours-v2",)))
    assert talk.case.samples.tuned == "ours-v2"
    await talk.hear(Pressed(action="run", values=("plain",)))
    assert talk.out is not None and talk.out.starts_trial and talk.case.samples.tuned is None


async def test_a_finetune_that_is_named_first_waits_for_samples_and_goes_with_who_named_it(
    advised: TurnContext,
) -> None:
    talk = Talk(advisor=advised)
    await talk.say("should we finetune?")
    assert "Paste up to 50 inputs" in "".join(
        [await talk.say("compare ours-v2", by="ben"), *(p.text or "" for p in talk.parts if isinstance(p, Choices))]
    )
    await talk.say(PAIRS)
    assert talk.case.samples.tuned == "ours-v2"
    await talk.say("forget me", by="ben")
    assert talk.case.samples.tuned is None and len(talk.case.samples.pairs) == 12


@pytest.mark.parametrize(("cap", "ordinary"), [(148, True), (108, False), (20, False)])
async def test_the_purse_counts_both_arms_and_the_ordinary_prompts(
    advised: TurnContext, cap: int, ordinary: bool
) -> None:
    talk = await asked_to_compare(advised)
    await talk.say("compare ours-v2")
    left = cap

    async def spend(calls: int) -> bool:
        nonlocal left
        left -= calls
        return left >= 0

    kept: list[Call] = []

    async def keep(call: Call) -> None:
        kept.append(call)

    body, _ = await measure(talk.case, advised, spend=spend, keep=keep)
    assert isinstance(body, Measured) and len(kept) == cap
    assert (body.result.ordinary is not None) is ordinary
    # A worker that goes on asks nothing twice.
    again, _ = await measure(talk.case, advised, kept=kept, keep=keep)
    assert isinstance(again, Measured) and again.result.ordinary is not None and len(kept) == 148
