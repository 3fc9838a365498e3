"""Trials outside the turn, in real processes against a real model server: death, SIGTERM, stop, forget."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.chat.events import Pressed
from bot.chat.reply import Choices, File, Picture, Progress, Table
from bot.consultation.trial_state import Phase
from bot.service import limits
from bot.service.jobs import orders
from bot.store.connection import connect
from bot.store.consultations import Store
from tests.fakes.model.server import Answer, Body, ModelServer, model_server, says
from tests.service.stage import Stage, comes, staged
from tests.store.servers import server

PAIRS = "run these:\n\n" + "\n\n".join(
    f"input: {text}\noutput: {label}"
    for text, label in (
        ("The app crashes when I log in", "bug"),
        ("Please add a dark mode", "feature"),
        ("How do I export my data?", "question"),
    )
)
TOTAL = 45
"""Calls of the whole trial: three items, three rungs, five runs."""
FIRST = 20
SLOTS = TOTAL - FIRST
"""Calls that a worker makes at once when the gate has closed: all that are left, fewer than it could."""
FEW = 5
"""Calls before the gate closes where some are to be left that nobody has begun."""
C = "test:1"


@dataclass
class Gate:
    """Lets the first calls of a trial through and holds the others, until it is opened for those that come then."""

    left: int = FIRST
    seconds: float = 60.0

    def answer(self, body: Body) -> Answer:
        if "response_format" in body:
            return says("{}")
        self.left -= 1
        # Two of three right leaves every rung open, so that nothing ends early.
        answer = says("feature" if "dark mode" in body["messages"][-1]["content"] else "bug")
        return replace(answer, delay=0.0 if self.left >= 0 else self.seconds)

    def open(self) -> None:
        self.left = 10_000


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def model(gate: Gate) -> AsyncGenerator[ModelServer]:
    async with model_server(gate.answer) as served:
        yield served


async def held(stage: Stage, model: ModelServer) -> None:
    """Wait until every call that is under way is one that the gate holds."""
    await stage.until(lambda: model.busy >= SLOTS, "the calls are held")


def named(model: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": model.url, "ADVISOR_MODEL": "m"}


def asked(model: ModelServer) -> int:
    """Count the calls of the trial; reading a message is another kind."""
    return sum("response_format" not in body for body in model.asked)


def finished(stage: Stage) -> int:
    return sum(isinstance(part, Picture) for part in stage.parts(C))


def progress(stage: Stage) -> list[Progress]:
    return [part for part in stage.parts(C) if isinstance(part, Progress)]


async def kept(store: Store) -> int:
    trial = await store.connection.call("HGET", orders._key(C), "trial")  # pyright: ignore[reportPrivateUsage]
    return len(await store.calls(C, trial)) if trial else 0


async def gone(store: Store) -> bool:
    return not await store.connection.call("EXISTS", orders._key(C))  # pyright: ignore[reportPrivateUsage]


async def settled(stage: Stage, store: Store) -> None:
    """The trial is over: one result, part of the case, and nothing of the work is left."""
    await stage.until(lambda: finished(stage), "a result")
    await comes(lambda: gone(store))
    case, _ = await store.load(C)
    assert case is not None
    assert case.trial.phase is Phase.finished
    assert len(case.trials) == 1
    assert finished(stage) == 1
    left = [key for key in await store.connection.call("KEYS", "*") if C in key]
    assert not [key for key in left if ":jobs" in key or ":calls:" in key or ":trial:" in key], left


async def test_a_trial_survives_kill_9_and_repeats_at_most_what_was_in_flight(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    """And it goes on with the samples it was begun with, whatever came meanwhile."""
    first = await stage.start("all", **named(model))
    await stage.send(C, PAIRS)
    await held(stage, model)
    await stage.send(C, "input: It is slow today\noutput: bug\n\ninput: Can I pay by card?\noutput: question")
    await stage.reads(C, "send these again when it has ended")
    await first.kill()
    had, before = await kept(store), asked(model)
    assert 0 < had <= before <= had + SLOTS
    gate.open()
    await stage.start("worker", **named(model))
    await settled(stage, store)
    assert asked(model) == before + TOTAL - had
    case, _ = await store.load(C)
    assert case is not None
    assert [rung.runs for rung in case.trials[0].rungs] == [15, 15, 15]


async def test_details_and_files_can_be_asked_for_after_a_restart(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    gate.open()
    first = await stage.start("all", **named(model))
    await stage.send(C, PAIRS)
    await settled(stage, store)
    parts = stage.parts(C)
    result = next(reply for reply in stage.heard[C] if any(isinstance(part, Picture) for part in reply.parts))
    (offer,) = (part for part in result.parts if isinstance(part, Choices) and part.action == "report")
    assert [option.label for option in offer.options] == ["Details", "Files"]
    assert not any(isinstance(part, File | Table) for part in parts), "they wait to be asked for"
    await first.kill()
    await stage.gateway.get()  # the line to the process that is gone
    await stage.start("all", **named(model))
    details, files = (option.value for option in offer.options)
    await stage.send(C, Pressed(action="report", values=(details,)))
    await stage.until(lambda: any(isinstance(part, Table) for part in stage.parts(C)), "the details")
    await stage.send(C, Pressed(action="report", values=(files,)))
    await stage.until(lambda: sum(isinstance(part, File) for part in stage.parts(C)) == 5, "the files")
    await stage.send(C, Pressed(action="report", values=("trial-9/files",)))
    await stage.reads(C, "That is kept no more.")


async def test_a_worker_that_wakes_after_its_lease_leaves_the_trial_to_who_took_it(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    first = await stage.start("all", **named(model))
    await stage.send(C, PAIRS)
    await held(stage, model)
    first.process.send_signal(signal.SIGSTOP)
    had, before = await kept(store), asked(model)
    gate.left, gate.seconds = 5, 1.0
    await stage.start("worker", **named(model))
    await stage.until(lambda: asked(model) > before + 5, "another worker goes on")
    gate.open()
    first.process.send_signal(signal.SIGCONT)
    await settled(stage, store)
    assert asked(model) <= before + TOTAL - had + SLOTS
    assert await first.told_to_end() == 0


async def test_a_trial_outlives_its_store(tmp_path: Path, model: ModelServer, gate: Gate) -> None:
    gate.seconds = 5.0  # until all are under way, and the store is back
    options = ("--appendonly", "yes", "--appendfsync", "always")
    with server(tmp_path / "server", *options) as redis:
        async with staged(tmp_path / "home") as stage:
            url = f"redis://127.0.0.1:{redis.port}/0"
            await stage.start("all", REDIS_URL=url, **named(model))
            await stage.send(C, PAIRS)
            await held(stage, model)
            redis.process.kill()
            redis.process.wait()
            redis.start()
            connection = connect(url)
            await settled(stage, Store(connection, patience=10))
            assert asked(model) == TOTAL
            await connection.close()


async def test_sigterm_hands_a_trial_back_and_the_next_process_goes_on(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    first = await stage.start("all", **named(model))
    await stage.send(C, PAIRS)
    await held(stage, model)
    assert await first.told_to_end() == 0
    had, before = await kept(store), asked(model)
    assert 0 < had < TOTAL
    gate.open()
    await stage.start("worker", **named(model))
    await settled(stage, store)
    assert asked(model) == before + TOTAL - had


async def test_a_trial_under_way_is_counted_once_and_goes_on_where_no_more_may_be_started(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    first = await stage.start("all", **named(model))
    await stage.send(C, PAIRS)
    await held(stage, model)
    case, _ = await store.load(C)
    assert case is not None and case.asker is not None
    of_asker = limits.of_person(case.asker)
    assert await limits.take(store.connection, of_asker, "trials", 9) == (9, None), "one was started"
    await first.kill()
    gate.open()
    await stage.start("worker", **named(model))
    await settled(stage, store)
    _, reached = await limits.take(store.connection, of_asker, "trials")
    assert reached is not None


async def test_stop_ends_a_trial_with_what_is_measured_wherever_it_runs(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    """While it runs it tells how far it is, and the talk goes on beside it."""
    gate.left = FEW
    served = await asyncio.gather(stage.start("all", **named(model)), stage.start("worker", **named(model)))
    await stage.send(C, PAIRS)
    await stage.until(lambda: progress(stage), "the start")
    assert progress(stage)[0].text.startswith("I run 3 samples now: up to 45 calls")
    assert any(isinstance(part, Choices) and part.action == "stop" for part in stage.parts(C))
    await held(stage, model)
    await stage.send(C, "rule 2")
    await stage.reads(C, "Try words before weights")
    await stage.until(lambda: [part.done for part in progress(stage)][-1:] == [FEW], "how far it is")
    assert not finished(stage)
    counted = "".join([(await each.get("/metrics"))[1] for each in served])
    assert f'advisor_trial_calls_total{{outcome="answered"}} {FEW}.0' in counted
    await stage.send(C, Pressed(action="stop", values=("stop",)))
    await stage.reads(C, "I stop the trial")
    await settled(stage, store)
    assert asked(model) < TOTAL
    case, _ = await store.load(C)
    assert case is not None
    assert case.trials[0].stopped
    told = progress(stage)
    assert all(before.done < after.done <= TOTAL == after.total for before, after in pairwise(told))
    await stage.send(C, "stop")
    await stage.reads(C, "No trial is running.")


async def test_forget_ends_a_trial_without_a_word_and_leaves_nothing(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    gate.left = FEW
    await stage.start("all", **named(model))
    await stage.send(C, PAIRS)
    await held(stage, model)
    await stage.send(C, "forget")
    await stage.reads(C, "Forgotten")

    async def left() -> list[str]:
        found = await store.connection.call("KEYS", "*")
        return [key for key in found if C in key and not any(kind in key for kind in (":person:", ":forgotten:"))]

    async def nothing() -> bool:
        return not await left()

    await comes(nothing)
    assert asked(model) < TOTAL
    assert not finished(stage)


async def test_a_daily_cap_ends_a_trial_with_what_is_measured_and_refuses_the_next(
    stage: Stage, store: Store, model: ModelServer, gate: Gate
) -> None:
    gate.open()
    await stage.start("all", ADVISOR_DAILY_CALLS="20", **named(model))
    await stage.send(C, PAIRS)
    await stage.reads(C, "The trial ended early. You have used up what model calls may take in a day (20 calls).")
    await settled(stage, store)
    assert asked(model) == 20
    await stage.send("test:2", PAIRS)
    await stage.reads("test:2", "You have used up what model calls may take in a day (20 calls). It starts anew in")
    assert asked(model) == 20
