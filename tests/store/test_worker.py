"""A worker in this process: many conversations at once, each in order, on a store that may go away."""

import asyncio
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from bot.chat.events import Event
from bot.chat.reply import Reply, Text
from bot.consultation.model import Consultation
from bot.platform.port import Delivered, Delivery, RetryLater
from bot.service.conversation import DEATHS, Outcome
from bot.service.intake import accept
from bot.service.worker import Timing, Worker
from bot.store import keys, ready
from bot.store.connection import Connection, pause_after
from bot.store.consultations import Store
from bot.store.dead_letters import oldest_waiting
from bot.store.errors import LockLost, StoreError
from bot.store.outbox import entries
from bot.text.apart import elsewhere
from tests.store.talking import Platform, answer, event, remembered
from tests.store.test_kinds import answered, working

KEEP = 3_600_000


async def test_many_conversations_that_wait_are_all_answered(connection: Connection):
    # So many that entries of several partitions are made in one millisecond and bear the same id.
    names = [f"talk {n}" for n in range(400)]
    for start in range(0, len(names), 50):
        await asyncio.gather(*(accept(connection, event(name, 1), keep=KEEP) for name in names[start : start + 50]))
    platform = Platform()
    async with working(connection, platform):
        await answered(platform, {name: ["1"] for name in names})
    assert {name: platform.heard[name] for name in names} == {name: ["1"] for name in names}


async def test_a_store_that_goes_away_again_and_again_costs_nobody_an_answer(connection: Connection):
    platform, lost = Platform(), 0

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        nonlocal lost
        if lost < DEATHS + 1:
            lost += 1
            raise LockLost("a") if lost % 2 else StoreError("unreachable", "The store does not answer.")
        return await answer(case, events)

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    await accept(connection, event("a", 1), keep=KEEP)
    apology = Reply(parts=(Text(markdown="sorry"),))
    hurried = Timing(lock=0.2, idle=0.25, sweep=0.05)
    stop = asyncio.Event()
    worker = Worker(Store(connection), turn, deliver, timing=hurried, apology=lambda _case, _events: apology)
    running = asyncio.create_task(worker.run(stop))
    await answered(platform, {"a": ["1"]})
    stop.set()
    await running
    assert platform.heard["a"] == ["1"] and lost == DEATHS + 1


async def test_what_was_tried_thousands_of_times_is_still_delivered(connection: Connection):
    """As where a platform is not on in this process for a day."""
    platform, tries = Platform(), list[int]()

    async def deliver(delivery: Delivery) -> Delivered | RetryLater:
        tries.append(delivery.tries)
        return RetryLater(0.01) if len(tries) == 1 else platform.show(delivery)

    (entry,) = entries([Reply(parts=(Text(markdown="1"),))])
    await connection.call(
        "RPUSH", keys.of_conversation("a").outbox, entry.model_copy(update={"tries": 5000}).model_dump_json()
    )
    await connection.call("XADD", keys.of_conversation("a").ready, "*", "c", "a")
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), answer, deliver, timing=Timing(sweep=0.05)).run(stop))
    await answered(platform, {"a": ["1"]})
    stop.set()
    await running
    assert tries == [5000, 5001], "it was put off in order"


def test_no_outage_is_too_long_to_count():
    assert pause_after(0, 2.0, 0.1) == 0.1 and pause_after(3, 2.0, 0.1) == 0.8
    assert pause_after(100_000, 2.0, 0.1) == 2.0


async def test_conversations_run_at_once_and_each_one_after_the_other(connection: Connection):
    together, inside, most = asyncio.Event(), dict[str, int](), 0
    platform = Platform()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        nonlocal most
        name = events[0].conversation
        inside[name] = inside.get(name, 0) + 1
        assert inside[name] == 1
        most = max(most, sum(inside.values()))
        if most == 3:
            together.set()
        await together.wait()  # nobody gets past here before all three are under way
        inside[name] -= 1
        return await answer(case, events)

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), turn, deliver).run(stop))
    for n in range(3):
        for name in ("a", "b", "c"):
            await accept(connection, event(name, n), keep=KEEP)
    await answered(platform, {name: ["0", "1", "2"] for name in ("a", "b", "c")})
    stop.set()
    await running
    assert most == 3


async def test_no_more_than_its_slots_at_a_time(connection: Connection):
    inside = most = 0
    platform = Platform()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await asyncio.sleep(0.01)
        inside -= 1
        return await answer(case, events)

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    names = [f"talk {n}" for n in range(40)]
    for name in names:
        await accept(connection, event(name, 1).model_copy(update={"author": name}), keep=KEEP)
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), turn, deliver, turns=4).run(stop))
    await answered(platform, {name: ["1"] for name in names})
    stop.set()
    await running
    assert most == 4


async def test_waiting_to_be_worked_on_is_no_try(connection: Connection):
    """A process that is killed then takes one of its tries only from what was worked on."""
    platform, let = Platform(), asyncio.Event()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        await let.wait()
        return await answer(case, events)

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    async def tries(name: str) -> object:
        return await connection.call("HGET", keys.of_conversation(name).tries, name)

    async def read(name: str) -> bool:
        return bool((await connection.call("XPENDING", keys.of_conversation(name).ready, keys.GROUP))["pending"])

    names = ["first", "second", "third"]
    for name in names:
        await accept(connection, event(name, 1), keep=KEEP)
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), turn, deliver, turns=1).run(stop))
    while not any([await tries(name) for name in names]):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    while not all([await read(name) for name in names]):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    assert sorted([await tries(name) for name in names], key=str) == ["1", None, None]
    let.set()
    await answered(platform, {name: ["1"] for name in names})
    stop.set()
    await running
    assert [await tries(name) for name in names] == [None, None, None]


async def test_who_waits_for_something_slow_holds_up_nobody(connection: Connection):
    platform, let = Platform(), asyncio.Event()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        if events[0].conversation != "quick":
            async with elsewhere():
                await let.wait()
        return await answer(case, events)

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), turn, deliver, turns=1).run(stop))
    for name in ("slow", "slow too", "quick"):
        await accept(connection, event(name, 1), keep=KEEP)
    await answered(platform, {"quick": ["1"]})
    let.set()
    await answered(platform, {name: ["1"] for name in ("slow", "slow too", "quick")})
    stop.set()
    await running


async def test_a_burst_of_one_person_waits_behind_the_words_of_others(connection: Connection):
    """Also where a worker that ended has given it back."""
    said: list[str] = []
    platform = Platform()

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        said.append(events[0].author)
        await asyncio.sleep(0.01)
        return await answer(case, events)

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    for n in range(12):
        author = "ben" if n == 11 else "mallory"
        await accept(connection, event(f"talk {n}", 1).model_copy(update={"author": author}), keep=KEEP)
    await ready.sweep(connection, "before")
    assert len(await ready.wait(connection, "before", [*range(keys.PARTITIONS)], 12)) == 12
    await ready.leave(connection, "before")
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), turn, deliver, turns=1).run(stop))
    await answered(platform, {f"talk {n}": ["1"] for n in range(12)})
    stop.set()
    await running
    assert said.index("ben") <= 2


async def test_the_embedded_server_is_killed_under_a_worker(connection: Connection, home: Path):
    platform = Platform()
    async with working(connection, platform):
        for n in range(10):
            await accept(connection, event("a", n), keep=KEEP)
            if n == 5:
                os.kill(int((home / "store" / "server.pid").read_text()), signal.SIGKILL)
                while True:
                    try:
                        await connection.call("PING")
                        break
                    except StoreError:
                        await asyncio.sleep(0.02)
        await answered(platform, {"a": [str(n) for n in range(10)]})
    case, _ = await Store(connection).load("a")
    assert remembered(case) == [str(n) for n in range(10)]


async def test_who_gives_up_waiting_does_not_disturb_the_others(connection: Connection):
    waiting = [asyncio.create_task(connection.call("SET", f"advisor:{n}", n)) for n in range(20)]
    await asyncio.sleep(0)
    for task in waiting[::2]:
        task.cancel()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in done[::2])
    assert done[1::2] == [True] * 10
    assert await connection.call("GET", "advisor:19") == "19"


async def test_an_error_of_one_command_is_its_own(connection: Connection):
    await connection.call("SET", "advisor:text", "x")
    done = await asyncio.gather(
        connection.call("GET", "advisor:text"),
        connection.call("LLEN", "advisor:text"),
        connection.call("GET", "advisor:text"),
        return_exceptions=True,
    )
    assert done[0] == done[2] == "x"
    assert isinstance(done[1], StoreError)
    assert done[1].kind == "misused"


async def test_scripts_are_loaded_again_where_the_server_forgot_them(connection: Connection):
    store = Store(connection)
    await store.add_call("a", "t", "1")
    await connection.call("SCRIPT", "FLUSH")
    await asyncio.gather(*(store.add_call("a", "t", str(n)) for n in (2, 3)))
    assert sorted(await store.calls("a", "t")) == ["1", "2", "3"]


async def test_nothing_waits_on_an_idle_store(connection: Connection):
    async with working(connection, Platform()):
        assert await oldest_waiting(connection) == 0


async def test_the_workspaces_of_an_organisation_are_known_by_what_was_said_there(connection: Connection):
    platform = Platform()
    for number, workspace in enumerate(("E1-T1", "E1-T2", "T3"), 1):
        where = {"workspace": workspace, "organisation": "E1-" if workspace.startswith("E1-") else ""}
        await accept(connection, event(workspace, number).model_copy(update=where), keep=KEEP)
    async with working(connection, platform):
        await answered(platform, {"E1-T1": ["1"], "E1-T2": ["2"], "T3": ["3"]})
    assert await Store(connection).workspaces("test:E1-") == ["E1-T1", "E1-T2"]
