"""A rolling upgrade: old and new on one store, with conversations under way, and nothing is lost."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from bot.chat.events import Event
from bot.consultation.model import SCHEMA, Consultation
from bot.platform.port import Delivered, Delivery
from bot.service import conversation
from bot.service.conversation import DEATHS, Outcome, Turn
from bot.service.intake import accept
from bot.service.worker import Timing, Worker
from bot.store import keys
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.dead_letters import dead_letters
from bot.store.migrations import upgrade
from tests.store.talking import Platform, answer, event
from tests.store.test_kinds import PATIENCE, answered
from tests.store.test_migrations import STORED

KEEP = 3_600_000


async def start(connection: Connection, platform: Platform, turn: Turn, until: AsyncExitStack) -> asyncio.Event:
    """Run a worker with this turn until the returned event is set, or the end of the block."""

    async def deliver(delivery: Delivery) -> Delivered:
        return platform.show(delivery)

    stop = asyncio.Event()
    running = asyncio.create_task(Worker(Store(connection), turn, deliver, timing=Timing(2.0, 2.5, 0.3, 5.0)).run(stop))

    async def ended() -> None:
        stop.set()
        await running

    until.push_async_callback(ended)
    return stop


async def test_old_and_new_on_one_store_lose_nothing_of_conversations_of_any_schema(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(conversation, "PAUSES", (0.02,))
    names = {f"schema {path.stem}": json.loads(path.read_text()) for path in STORED.glob("*.json")}
    for name, stored in names.items():
        await connection.call("HSET", keys.of_conversation(name).case, "v", 1, "d", json.dumps({**stored, "id": name}))
    newer, seen = set[str](), Counter[str]()

    async def new(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        newer.add(events[0].conversation)
        return await answer(case, events)

    async def old(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        if (name := events[0].conversation) in newer:
            seen[name] += 1
            upgrade({"schema": SCHEMA + 1})  # what an old advisor meets that reads what a newer one has written
        return await answer(case, events)

    platform = Platform()

    async def say(number: int) -> None:
        await asyncio.gather(*(accept(connection, event(name, number), keep=KEEP) for name in names))

    async with AsyncExitStack() as until:
        leave = await start(connection, platform, old, until)
        await say(1)
        await answered(platform, {name: ["1"] for name in names})
        # The new one has answered everywhere, and is gone for a moment: the old one may take nothing from it.
        async with AsyncExitStack() as shortly:
            newer |= set(names)
            await say(2)
            await start(connection, platform, new, shortly)
            await answered(platform, {name: ["1", "2"] for name in names})
        seen.clear()
        await say(3)
        async with asyncio.timeout(PATIENCE):
            while not all(seen[name] > DEATHS + 1 for name in names):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await start(connection, platform, new, until)
        leave.set()
        await say(4)
        await answered(platform, {name: ["1", "2", "3", "4"] for name in names})
    assert await dead_letters(connection) == []
    for name in names:
        kept, _ = await Store(connection).load(name)
        assert kept
        assert kept.claims["examples"][0].quote == "about 40 examples"
