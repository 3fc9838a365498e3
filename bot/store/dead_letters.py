"""What an operator wants to know of the store: what waits, and what could not be delivered."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.store.outbox import DeadLetter

SIGN_OF_LIFE = 8.0
"""Seconds without which no worker counts as alive; one that is looks every second."""


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


async def abandoned(connection: Connection, most: float = SIGN_OF_LIFE) -> bool:
    """Tell whether an event has waited for `most` seconds in a partition at which no worker has looked since."""
    seconds, _ = await connection.call("TIME")
    for number in range(keys.PARTITIONS):
        with _readable():
            stream = keys.of_partition(number).ready
            first = await connection.call("XRANGE", stream, "-", "+", "COUNT", 1)
            if not first or int(first[0][0].partition("-")[0]) / 1000 > int(seconds) - most:
                continue
            groups = [_pairs(each)["name"] for each in await connection.call("XINFO", "GROUPS", stream)]
            if keys.GROUP not in groups:
                return True
            workers: list[Any] = await connection.call("XINFO", "CONSUMERS", stream, keys.GROUP)
            if all(int(_pairs(each)["idle"]) > most * 1000 for each in workers):
                return True
    return False


def _pairs(told: Any) -> dict[str, Any]:
    """Return what Redis says as names and values, in whichever of its two forms."""
    return cast(dict[str, Any], told) if isinstance(told, dict) else dict(zip(told[::2], told[1::2], strict=True))


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
