"""What an operator wants to know of the store: what waits, and what could not be delivered."""

import asyncio
import logging
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import ValidationError

from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.store.outbox import DeadLetter

log = logging.getLogger("advisor.store")

OWN = {
    "case": "hash",
    "inbox": "list",
    "outbox": "list",
    "lock": "string",
    "calls": "list",
    "dead": "list",
    "notes": "hash",
    "trial": "hash",
    "forgotten": "hash",
}
"""The kinds of a conversation's own keys, and what Redis says they are."""

SIGN_OF_LIFE = 8.0
"""Seconds without which no worker counts as alive; one that is looks every second."""


async def misused(connection: Connection) -> list[str]:
    """Return the shared keys under which something else lies, each with what it is."""
    expected = {keys.key(number, kind): is_ for number in range(keys.PARTITIONS) for kind, is_ in keys.SHARED.items()}
    found = await asyncio.gather(*(connection.call("TYPE", name) for name in expected))
    return [
        f"{name} ({kind})" for name, kind in zip(expected, found, strict=True) if kind not in (expected[name], "none")
    ]


async def mend(connection: Connection, conversation: str, keep: int) -> list[str]:
    """Put aside, for `keep` ms, what is of another kind; return of which keys. Raises StoreError."""
    own = [keys.key(keys.partition(conversation), kind, conversation) for kind in OWN]
    aside = places(conversation)
    gone: list[int] = await connection.run("mend", [*own, *aside], keep, *OWN.values())
    for number in gone:
        log.error("Something else lay under %s of a conversation: it is kept aside.", own[number - 1].split(":")[2])
    return [list(OWN)[number - 1] for number in gone]


def places(conversation: str) -> list[str]:
    """Return the keys under which that is kept, which go where the conversation is forgotten."""
    number = keys.partition(conversation)
    return [keys.key(number, f"damaged-{kind}", conversation) for kind in OWN]


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

    async def of(number: int) -> list[str]:
        found: list[str] = []
        with _readable():
            for conversation in await connection.call("ZRANGE", keys.of_partition(number).letters, 0, -1):
                found += await connection.call("LRANGE", keys.of_conversation(conversation).dead, 0, -1)
        return found

    found = await asyncio.gather(*map(of, range(keys.PARTITIONS)))
    return [_read(letter) for letters in found for letter in letters]


def _read(letter: str) -> DeadLetter:
    try:
        return DeadLetter.model_validate_json(letter)
    except ValidationError:
        return DeadLetter(conversation="?", at=datetime.now(UTC), reason="It cannot be read.", content=letter)


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

    async def of(number: int) -> int:
        first: list[Any] = []
        with _readable():
            first = await connection.call("XRANGE", keys.of_partition(number).ready, "-", "+", "COUNT", 1)
        return int(first[0][0].partition("-")[0]) if first else now

    oldest = min(await asyncio.gather(*map(of, range(keys.PARTITIONS))))
    return max(0, now - oldest) / 1000
