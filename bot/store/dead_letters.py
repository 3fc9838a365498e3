"""What an operator wants to know of the store: what waits, and what could not be delivered."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.store.outbox import DeadLetter


async def misused(connection: Connection) -> list[str]:
    """Return the shared keys under which something else lies, each with what it is."""
    expected = {keys.key(number, kind): is_ for number in range(keys.PARTITIONS) for kind, is_ in keys.SHARED.items()}
    found = await asyncio.gather(*(connection.call("TYPE", name) for name in expected))
    return [
        f"{name} ({kind})" for name, kind in zip(expected, found, strict=True) if kind not in (expected[name], "none")
    ]


@contextmanager
def _readable() -> Generator[None]:
    """Pass over what is misused: it must not hide how the rest stands."""
    try:
        yield
    except StoreError as error:
        if error.kind != "misused":
            raise


async def dead_letters(connection: Connection) -> list[DeadLetter]:
    """Return all dead letters, the oldest conversation of a partition first."""
    found: list[str] = []
    for number in range(keys.PARTITIONS):
        with _readable():
            for conversation in await connection.call("ZRANGE", keys.of_partition(number).letters, 0, -1):
                found += await connection.call("LRANGE", keys.of_conversation(conversation).dead, 0, -1)
    return [DeadLetter.model_validate_json(letter) for letter in found]


async def oldest_waiting(connection: Connection) -> float:
    """Return for how many seconds the oldest event has been waiting or worked on, 0 where there is none."""
    seconds, micros = await connection.call("TIME")
    now = int(seconds) * 1000 + int(micros) // 1000
    oldest = now
    for number in range(keys.PARTITIONS):
        with _readable():
            for id, _ in await connection.call("XRANGE", keys.of_partition(number).ready, "-", "+", "COUNT", 1):
                oldest = min(oldest, int(id.partition("-")[0]))
    return (now - oldest) / 1000
