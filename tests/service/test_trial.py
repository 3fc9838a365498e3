"""Trials outside the turn, in real processes against a real model server: death, SIGTERM, stop, forget."""

import asyncio
import signal
from itertools import pairwise
from pathlib import Path

from bot.chat.events import Pressed
from bot.chat.reply import Choices, File, Picture, Table
from bot.service import limits
from bot.store.connection import connect
from bot.store.consultations import Store
from tests.fakes.model.server import ModelServer
from tests.service.stage import Stage, comes, staged
from tests.service.trial_stage import (
    FEW,
    PAIRS,
    SLOTS,
    TOTAL,
    C,
    Gate,
    asked,
    finished,
    held,
    kept,
    progress,
    settled,
)
from tests.store.servers import server


def named(model: ModelServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": model.url, "ADVISOR_MODEL": "m"}


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
