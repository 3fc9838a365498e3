"""Processes that end in the middle of model calls: whoever pays is charged for each call, and for no other."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from bot.model.prices import usd
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.spending import MICRO, Counter
from tests.fakes.model.server import Answer, Body, ModelServer, model_server, says
from tests.service.stage import Stage, comes
from tests.service.trial_stage import FIRST, PAIRS, C, Gate, asked, held, settled

ANA = Counter("person", "ana", 0, 0.0)
PRICED = "gpt-4o-mini"
UNSENT = 3
"""Calls that a process may have counted when it was ended and not sent yet: they are counted one after the other."""


async def charged(connection: Connection) -> tuple[int, float]:
    calls, millionths = await connection.call("HMGET", ANA.key, "calls", "usd")
    return int(calls or 0), int(millionths or 0) / MICRO


def cost(model: ModelServer) -> float:
    """What the answers cost that the server gave or was about to give, none of which is shorter than this."""
    each = usd(PRICED, 1, 1)
    assert each
    return each * len(model.asked)


def named(model: ModelServer, **more: str) -> dict[str, str]:
    return {"OPENAI_BASE_URL": model.url, "ADVISOR_MODEL": PRICED, **more}


@pytest.fixture
async def reader() -> AsyncGenerator[ModelServer]:
    """A server whose first answer, and no other, comes when everybody has gone."""
    first = True

    def answer(_: Body) -> Answer:
        nonlocal first
        given = replace(says("{}"), delay=60.0 if first else 0.0)
        first = False
        return given

    async with model_server(answer) as served:
        yield served


async def test_in_a_turn(stage: Stage, store: Store, reader: ModelServer) -> None:
    first = await stage.start("all", **named(reader))
    await stage.send(C, "should we finetune? our replies are too long and never keep our tone")
    await stage.until(lambda: reader.busy, "a call is under way")
    await first.kill()
    calls, spent = await charged(store.connection)
    assert calls == len(reader.asked) == 1
    assert spent >= cost(reader), "what it may have cost is counted"
    await stage.start("worker", **named(reader))
    await stage.until(lambda: stage.text(C), "an answer")

    async def all_counted() -> bool:
        return (await charged(store.connection))[0] == len(reader.asked) > 1

    await comes(all_counted)


async def test_in_a_trial_and_again_in_what_is_left_of_it(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    first = await stage.start("all", **named(model))
    await stage.send(C, PAIRS)
    await held(stage, model)
    for _ in range(2):
        await first.kill()
        calls, spent = await charged(store.connection)
        assert len(model.asked) <= calls <= len(model.asked) + UNSENT and asked(model) >= FIRST
        assert spent >= cost(model)
        gate.left = 5
        before = asked(model)
        first = await stage.start("worker", **named(model))
        await stage.until(lambda before=before: asked(model) > before + 5 and model.busy, "it goes on")
    await first.kill()
    gate.open()
    await stage.start("worker", **named(model))
    await settled(stage, store)

    async def all_counted() -> bool:
        calls, spent = await charged(store.connection)
        return len(model.asked) <= calls <= len(model.asked) + 3 * UNSENT and spent >= cost(model)

    await comes(all_counted)


async def test_what_a_dead_process_used_of_a_cap_ends_the_next_at_the_cap(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    """And what it did not use of it can be used: nothing has to come back first."""
    first = await stage.start("all", **named(model, ADVISOR_DAILY_CALLS="50"))
    await stage.send(C, PAIRS)
    await held(stage, model)
    await first.kill()
    gate.open()
    await stage.start("worker", **named(model, ADVISOR_DAILY_CALLS="50"))
    await stage.reads(C, "The trial ended early. You have used up what model calls may take in a day (50 calls).")
    assert len(model.asked) == 50 and (await charged(store.connection))[0] == 50
