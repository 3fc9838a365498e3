"""A store that is silent or slow for a while: nobody waits longer than they must, and nothing is done twice."""

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.chat.events import Event
from bot.consultation.model import Consultation
from bot.platform.port import Delivered, Delivery
from bot.service.conversation import Outcome
from bot.service.intake import LIMIT, LONGEST, TRY, accept
from bot.service.worker import Timing, Worker
from bot.store import keys, lease, ready
from bot.store.connection import BLOCK, Connection, connect
from bot.store.consultations import Store
from bot.store.errors import StoreError
from bot.store.lease import Busy, Held
from tests.store.servers import server
from tests.store.talking import Platform, answer, event
from tests.store.test_kinds import answered

KEEP = 3_600_000


@pytest.mark.usefixtures("usual_limits")
async def test_a_store_that_is_silent_for_a_moment_holds_nobody_up_until_a_lock_ends(tmp_path: Path):
    with server(tmp_path) as made:
        connection, platform, silent = connect(f"redis://127.0.0.1:{made.port}/0"), Platform(), list[int]()

        async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
            if not silent:
                silent.append(made.process.pid)
                os.kill(made.process.pid, signal.SIGSTOP)
                asyncio.get_running_loop().call_later(2 * TRY, os.kill, made.process.pid, signal.SIGCONT)
            return await answer(case, events)

        async def deliver(delivery: Delivery) -> Delivered:
            return platform.show(delivery)

        for name in ("a", "b", "c"):
            await accept(connection, event(name, 1), keep=KEEP)
        stop, patient = asyncio.Event(), Timing(lock=600.0, idle=600.0)
        running = asyncio.create_task(Worker(Store(connection), turn, deliver, timing=patient).run(stop))
        await answered(platform, {name: ["1"] for name in ("a", "b", "c")})
        stop.set()
        await running
        assert silent
        await connection.close()


async def test_a_turn_that_the_store_holds_up_again_and_again_is_taken_less_and_less_often(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    platform, waits, tries = Platform(), list[float](), 0
    release = lease.release

    async def noted(*args: Any, **given: Any) -> list[str]:
        if "pause" in args:
            waits.append(given.pop("wait"))
        return await release(*args, **given)

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        nonlocal tries
        tries += 1
        if tries not in (7, 9):
            raise StoreError("slow", "The store is slow.")
        return await answer(case, events)

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    monkeypatch.setattr(lease, "release", noted)
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), turn, deliver, timing=Timing(sweep=0.05)).run(stop))
    for number in (1, 2):
        await accept(connection, event("a", number), keep=KEEP)
        await answered(platform, {"a": [str(each + 1) for each in range(number)]})
    stop.set()
    await running
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 0.5]


async def test_who_asks_again_because_the_answer_was_lost_has_taken_it_once(connection: Connection):
    await accept(connection, event("a", 1), keep=KEEP)
    await ready.sweep(connection, "me", idle=0)
    (found,) = await ready.wait(connection, "me", [keys.partition("a")])
    first = await lease.take(connection, found, token="mine")
    again = await lease.take(connection, found, token="mine")
    assert isinstance(first, Held) and isinstance(again, Held)
    assert (again.lease.fence, again.events, again.died) == (first.lease.fence, first.events, 0)
    assert isinstance(await lease.take(connection, found, token="theirs"), Busy)


@pytest.mark.usefixtures("usual_limits")
async def test_what_the_store_gave_in_an_answer_that_was_lost_is_answered(tmp_path: Path):
    with server(tmp_path) as made:
        connection, platform = connect(f"redis://127.0.0.1:{made.port}/0"), Platform()

        async def deliver(delivery: Delivery) -> Delivered:
            return platform.show(delivery)

        worker = Worker(Store(connection), answer, deliver, timing=Timing(lock=600.0, idle=600.0))
        await ready.sweep(connection, worker.name)
        await accept(connection, event("a", 1), keep=KEEP)
        assert await ready.wait(connection, worker.name, [keys.partition("a")]), "what is told nobody"
        stop = asyncio.Event()
        running = asyncio.create_task(worker.run(stop))
        await accept(connection, event("b", 1), keep=KEEP)
        await answered(platform, {"b": ["1"]})
        os.kill(made.process.pid, signal.SIGSTOP)
        await asyncio.sleep(BLOCK + 2 * TRY)  # nothing waits so long for its answer
        os.kill(made.process.pid, signal.SIGCONT)
        await answered(platform, {"a": ["1"]})
        stop.set()
        await running
        await connection.close()


@pytest.mark.usefixtures("usual_limits")
async def test_an_event_is_refused_in_time_when_the_store_is_silent(tmp_path: Path):
    with server(tmp_path) as made:
        connection = connect(f"redis://127.0.0.1:{made.port}/0")
        await accept(connection, event("a", 1), keep=KEEP)
        os.kill(made.process.pid, signal.SIGSTOP)
        with pytest.raises(StoreError) as caught:
            await accept(connection, event("a", 2), keep=KEEP)
        assert caught.value.kind == "slow"
        assert LIMIT <= LONGEST < 3, "a platform waits three seconds for an acknowledgement"
        os.kill(made.process.pid, signal.SIGCONT)
        # The refused event comes again; it may have been stored after all, and then it is known.
        await accept(connection, event("a", 2), keep=KEEP)
        assert await connection.call("LLEN", keys.of_conversation("a").inbox) == 2
        await connection.close()


@pytest.mark.usefixtures("usual_limits")
async def test_what_comes_once_only_outlasts_a_store_that_is_silent_for_a_moment(tmp_path: Path):
    with server(tmp_path) as made:
        connection = connect(f"redis://127.0.0.1:{made.port}/0")
        await accept(connection, event("a", 1), keep=KEEP)
        os.kill(made.process.pid, signal.SIGSTOP)
        taken = asyncio.create_task(accept(connection, event("a", 2), keep=KEEP, within=60))
        await asyncio.sleep(2 * TRY)  # its first try has been given up
        os.kill(made.process.pid, signal.SIGCONT)
        assert await taken, "it is not taken for a repetition of itself"
        assert await connection.call("LLEN", keys.of_conversation("a").inbox) == 2
        await connection.close()
