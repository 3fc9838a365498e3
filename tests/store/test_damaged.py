"""Whatever lies under a conversation's own keys: people are told, what is damaged is set aside, and it goes on."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.chat.events import Event
from bot.chat.reply import Reply, Text
from bot.consultation.model import Consultation
from bot.platform.port import Delivered, Delivery
from bot.service.conversation import Outcome
from bot.service.damage import ANSWER_LOST, DAMAGED
from bot.service.intake import accept
from bot.service.worker import Timing, Worker
from bot.store import keys
from bot.store.connection import Connection
from bot.store.consultations import Store
from bot.store.dead_letters import OWN, dead_letters, places
from bot.store.errors import StoreError
from bot.store.memos import note
from bot.store.outbox import DeadLetter, entries
from tests.store.conftest import NOON
from tests.store.talking import Platform, answer, event, remembered, said
from tests.store.test_kinds import PATIENCE

KEEP = 3_600_000
C, SECRET = "talk", "the parrot is ill"
LOST, NO_ANSWER, SORRY = said(DAMAGED), said(ANSWER_LOST), "sorry"


@asynccontextmanager
async def serving(connection: Connection) -> AsyncGenerator[Platform]:
    platform, stop = Platform(), asyncio.Event()

    async def deliver(delivery: Delivery) -> Delivered:
        await note(connection, delivery.conversation, "thread", "1", KEEP)
        return platform.show(delivery)

    async def turn(case: Consultation | None, events: Sequence[Event]) -> Outcome:
        await Store(connection).forgotten(events[0].conversation)
        return await answer(case, events)

    apology = Reply(parts=(Text(markdown=SORRY),))
    worker = Worker(
        Store(connection), turn, deliver, timing=Timing(2.0, 2.5, 0.1, 5.0), apology=lambda _case, _events: apology
    )
    running = asyncio.create_task(worker.run(stop))
    try:
        yield platform
    finally:
        stop.set()
        await running


async def says(connection: Connection, platform: Platform, number: int) -> list[str]:
    """Say something and return all that was answered from the first time on."""
    assert await accept(connection, event(C, number), keep=KEEP)
    async with asyncio.timeout(PATIENCE):
        while str(number) not in platform.heard[C]:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return platform.heard[C]


def stored(**other: Any) -> str:
    case = Consultation(id=C, started=NOON, updated=NOON, asker="ana", situation=SECRET)
    return json.dumps(json.loads(case.model_dump_json()) | other)


CASES = {
    "no JSON": SECRET,
    "cut off": stored()[:-20],
    "another form": json.dumps([SECRET]),
    "no schema": json.dumps({"situation": SECRET}),
    "an unknown schema": stored(schema="x"),
    "a migration fails at it": json.dumps({"schema": 3, "transcript": [SECRET]}),
    "a field of another type": stored(transcript=SECRET),
    "bytes": b"\xff\xfe" + SECRET.encode(),
    "encrypted": "gAAAAABm" + "A" * 80,
}


@pytest.mark.parametrize("data", CASES.values(), ids=CASES.keys())
async def test_a_consultation_that_cannot_be_read_is_set_aside_and_begun_anew(
    connection: Connection, caplog: pytest.LogCaptureFixture, data: Any
) -> None:
    await connection.call("HSET", keys.of_conversation(C).case, "v", 7, "d", data)
    async with serving(connection) as platform:
        assert await says(connection, platform, 1) == [LOST, "1"]
        assert await says(connection, platform, 2) == [LOST, "1", "2"], "it is said once"
    (letter,) = await dead_letters(connection)
    kept = data if isinstance(data, str) else data.decode(errors="replace")
    assert letter.conversation == C and letter.content == kept, "nothing is lost"
    assert remembered((await Store(connection).load(C))[0]) == ["1", "2"]
    assert SECRET not in caplog.text and [r for r in caplog.records if r.levelno == logging.ERROR]
    await Store(connection).forget(C)
    assert not await dead_letters(connection), "what was set aside is forgotten with it"


@pytest.mark.parametrize("fields", [("v", "x", "d", stored()), ("v", "")], ids=["a version", "a version alone"])
async def test_a_version_that_is_no_number(connection: Connection, fields: tuple[str, ...]) -> None:
    await connection.call("HSET", keys.of_conversation(C).case, *fields)
    with pytest.raises(StoreError, match="damaged"):
        await Store(connection).load(C)
    async with serving(connection) as platform:
        assert (await says(connection, platform, 1))[-1] == "1"
        assert (await says(connection, platform, 2))[-1] == "2"


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("when", ["before", "while a worker runs"])
async def test_something_else_under_a_key(
    connection: Connection, caplog: pytest.LogCaptureFixture, kind: str, when: str
) -> None:
    key = keys.key(keys.partition(C), kind, C)

    async def spoil() -> None:
        await connection.call("DEL", key)
        await connection.call("ZADD", key, 1, SECRET)

    if when == "before":
        await spoil()
    async with serving(connection) as platform:
        if when != "before":
            await says(connection, platform, 1)
            await spoil()
        heard = await says(connection, platform, 2)
        assert heard[-1] == "2"
        assert (LOST in heard) == (kind in ("case", "inbox", "outbox")), "who may miss something is told"
        assert (await says(connection, platform, 3))[-1] == "3"
    untouched = kind in ("calls", "trial", "dead")
    kept = key if untouched else dict(zip(OWN, places(C), strict=True))[kind]
    assert await connection.call("ZRANGE", kept, 0, -1) == [SECRET], "nothing is lost"
    assert SECRET not in caplog.text and (untouched or f"under {kind} of a conversation" in caplog.text)
    await Store(connection).forget(C)
    assert not [name for name in await connection.call("KEYS", "*") if name.endswith(f":{C}")]


@pytest.mark.parametrize(
    "entry", [SECRET, b"\xff\xfe", "[1]", '{"key": "k"}', '{"key": 1, "at": "2020-01-01T00:00:00Z"}', ""]
)
async def test_what_was_to_be_said_and_is_damaged(connection: Connection, entry: Any) -> None:
    first, second = (each.model_dump_json() for each in entries([Reply(parts=(Text(markdown=t),)) for t in "ab"]))
    held = keys.of_conversation(C)
    await connection.call("RPUSH", held.outbox, entry, first, entry, second)
    await connection.call("XADD", held.ready, "*", "c", C)
    async with serving(connection) as platform:
        assert (await says(connection, platform, 1)) == ["a", "b", NO_ANSWER, "1"]
    assert len(await dead_letters(connection)) == 2


async def test_what_a_newer_version_is_to_say_waits_for_it(connection: Connection) -> None:
    """For an hour: then no such version runs."""
    entry = json.loads(entries([Reply(parts=(Text(markdown="new"),))])[0].model_dump_json()) | {"tone": "kind"}
    held = keys.of_conversation(C)
    await connection.call("RPUSH", held.outbox, json.dumps(entry))
    await connection.call("XADD", held.ready, "*", "c", C)
    async with serving(connection) as platform:
        async with asyncio.timeout(PATIENCE):
            while not await connection.call("ZCARD", held.due):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert await connection.call("LLEN", held.outbox) == 1 and not platform.heard[C]
        entry["at"] = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
        await connection.call("LSET", held.outbox, 0, json.dumps(entry))
        assert await says(connection, platform, 1) == [NO_ANSWER, "1"]


@pytest.mark.parametrize("entry", [SECRET, b"\xff\xfe", "[1]", "7", '{"author": 1}'])
async def test_what_came_in_and_is_damaged(
    connection: Connection, caplog: pytest.LogCaptureFixture, entry: Any
) -> None:
    held = keys.of_conversation(C)
    await connection.call("RPUSH", held.inbox, entry)
    await connection.call("XADD", held.ready, "*", "c", C)
    overheard = event(C, 1).model_copy(update={"addressed": "known", "author": "ben"})
    await accept(connection, overheard, keep=KEEP)
    async with serving(connection) as platform:
        assert (await says(connection, platform, 2))[0] == SORRY
    assert len(await dead_letters(connection)) == 1 and SECRET not in caplog.text


async def test_a_lock_without_an_end(connection: Connection) -> None:
    await connection.call("SET", keys.of_conversation(C).lock, "12:somebody")
    async with serving(connection) as platform:
        assert await says(connection, platform, 1) == ["1"]


@pytest.mark.parametrize("at", ["x", "1e300", ""])
async def test_since_when_it_is_forgotten_cannot_be_read(connection: Connection, at: str) -> None:
    await connection.call("HSET", keys.of_conversation(C).forgotten, "", at, "m", "17")
    async with serving(connection) as platform:
        assert await says(connection, platform, 1) == ["1"]
    assert await connection.call("HKEYS", keys.of_conversation(C).forgotten) == ["m"]


async def test_a_dead_letter_that_cannot_be_read_hides_no_other(connection: Connection) -> None:
    held = keys.of_conversation(C)
    letter = DeadLetter(conversation=C, at=NOON, reason="It was refused.", content="")
    await connection.call("RPUSH", held.dead, SECRET, letter.model_dump_json())
    await connection.call("ZADD", held.letters, 1, C)
    assert [each.reason for each in await dead_letters(connection)] == ["It cannot be read.", "It was refused."]


@pytest.mark.parametrize("asker", ["ana", "ben"])
async def test_who_is_forgotten_is_so_also_where_it_cannot_be_read(connection: Connection, asker: str) -> None:
    store = Store(connection)
    for name in (C, "other"):
        await store.commit(name, 0, Consultation(id=name, started=NOON, updated=NOON, asker=asker), people=["ana"])
    await connection.call("HSET", keys.of_conversation(C).case, "d", SECRET)
    assert await store.last("ana") == "other"
    assert await store.forget_person("ana") == 2
    assert not await store.holds(C)


async def test_a_field_of_a_newer_version_is_not_damage(connection: Connection) -> None:
    await connection.call("HSET", keys.of_conversation(C).case, "v", 1, "d", stored(tone="kind"))
    with pytest.raises(StoreError, match="newer advisor"):
        await Store(connection).load(C)
