"""Something else under one key of ours stops what needs that key, is named, and stops nothing else."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doctor_checks import examine
from bot.service.intake import accept
from bot.service.web.readiness import look
from bot.store import keys
from bot.store.connection import Connection
from bot.store.dead_letters import misused
from bot.store.errors import StoreError
from tests.store.conftest import settings
from tests.store.talking import Platform, event
from tests.store.test_kinds import answered, working

KEEP = 3_600_000
SPOILT = "spoilt"
NUMBER = keys.partition(SPOILT)
OTHERS = [name for name in (f"talk {n}" for n in range(80)) if keys.partition(name) != NUMBER]


async def spoil(connection: Connection, key: str) -> None:
    await connection.call("DEL", key)
    await connection.call(*(("LPUSH", key, "x") if key.endswith("tries") else ("HSET", key, "x", "y")))


async def say(connection: Connection, number: int) -> dict[str, list[str]]:
    await asyncio.gather(*(accept(connection, event(name, number), keep=KEEP) for name in OTHERS))
    return {name: [str(n) for n in range(number + 1)] for name in OTHERS}


@pytest.mark.parametrize("kind", keys.SHARED)
async def test_before_and_while_a_worker_runs_all_others_are_answered(connection: Connection, kind: str) -> None:
    key = keys.key(NUMBER, kind)
    platform = Platform()
    await spoil(connection, key)
    async with working(connection, platform):
        await answered(platform, await say(connection, 0))
        await connection.call("DEL", key)
        await accept(connection, event(SPOILT, 0), keep=KEEP)
        await answered(platform, {SPOILT: ["0"]})
        await spoil(connection, key)
        await answered(platform, await say(connection, 1))
        assert (await look(connection, "worker", (), stopping=False)).ready


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("XADD", "ready", "*", "x", "y"), id="an entry that names no conversation"),
        pytest.param(("XADD", "ready", "*", "c", b"\xff"), id="an entry that is no text"),
        pytest.param(("ZADD", "due", "1", b"\xff"), id="a name that is no text"),
        pytest.param(("SET", "sequence", "x"), id="a sequence that is no number"),
        pytest.param(("HSET", "failures", SPOILT, "x"), id="a count that is no number"),
    ],
)
async def test_what_is_none_of_ours_under_a_key_of_the_right_kind(
    connection: Connection, command: tuple[Any, ...]
) -> None:
    name, kind, *rest = command
    platform = Platform()
    async with working(connection, platform):
        await connection.call(name, keys.key(NUMBER, kind), *rest)
        await accept(connection, event(SPOILT, 0), keep=KEEP)
        await answered(platform, {SPOILT: ["0"]})


@pytest.mark.parametrize("kind", ["case", "inbox", "outbox", "lock"])
async def test_a_key_of_one_conversation(connection: Connection, kind: str) -> None:
    neighbour = next(name for name in (f"near {n}" for n in range(9999)) if keys.partition(name) == NUMBER)
    platform = Platform()
    await accept(connection, event(SPOILT, 0), keep=KEEP)
    key = keys.key(NUMBER, kind, SPOILT)
    await connection.call("DEL", key)
    await connection.call("XADD", key, "*", "x", "y")
    async with working(connection, platform):
        await accept(connection, event(neighbour, 0), keep=KEEP)
        await answered(platform, {neighbour: ["0"], **await say(connection, 0)})


async def test_an_event_that_cannot_be_stored_whole_is_not_taken_for_known(connection: Connection) -> None:
    key = keys.key(NUMBER, "ready")
    await spoil(connection, key)
    with pytest.raises(StoreError, match="WRONGTYPE") as caught:
        await accept(connection, event(SPOILT, 0), keep=KEEP)
    assert caught.value.kind == "misused"
    await connection.call("DEL", key)
    platform = Platform()
    async with working(connection, platform):
        assert await accept(connection, event(SPOILT, 0), keep=KEEP)
        await answered(platform, {SPOILT: ["0"]})


async def test_doctor_names_the_key(home: Path, connection: Connection) -> None:
    assert await misused(connection) == []
    key = keys.key(NUMBER, "ready")
    await spoil(connection, key)
    wrong = [check.text for check in await examine(settings(home), no_model=True) if check.ok is False]
    assert len(wrong) == 1
    assert f"{key} (hash)" in wrong[0]
