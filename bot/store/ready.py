"""Which conversations have something to do: the ready streams of all partitions, read as one consumer group."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.store import keys
from bot.store.connection import BLOCK, Connection
from bot.store.errors import StoreError, as_store_error

T = TypeVar("T")

IDLE = 8.0
"""Seconds without a sign of life after which a worker's entries go to another; longer than its lock lasts."""
CONSUMER_KEPT = 3600.0
"""Seconds after which the name of a worker that is gone is removed."""
AT_ONCE = 8


@dataclass(frozen=True)
class Ready:
    """A conversation that has something to do, by its entry in the stream."""

    id: str
    conversation: str
    whose: str = ""
    """The mark of who wrote the first event; empty where it is not known, as after a pause."""


async def wait(
    connection: Connection, consumer: str, partitions: list[int], count: int = 1, *, again: bool = False
) -> list[Ready]:
    """Return what became ready in these partitions, at most `count` of each; nothing if nothing did for a while.

    With `again` what this worker was given before and still has: the answer that told it may have been lost. In a
    Cluster, one partition at a time: no command reaches over two slots. A partition whose stream is something else is
    left out.
    """
    streams = [keys.of_partition(number).ready for number in partitions]
    try:
        return await _read(connection, consumer, streams, count, again=again)
    except StoreError as error:
        if error.kind != "misused":
            raise
    kinds = await asyncio.gather(*(connection.call("TYPE", stream) for stream in streams))
    usable = [stream for stream, kind in zip(streams, kinds, strict=True) if kind == "stream"]
    if not usable:
        await asyncio.sleep(BLOCK)
        return []
    return await _read(connection, consumer, usable, count, again=again)


async def _read(connection: Connection, consumer: str, streams: list[str], count: int, *, again: bool) -> list[Ready]:
    command = ("XREADGROUP", "GROUP", keys.GROUP, consumer, "COUNT", count, "BLOCK", int(BLOCK * 1000), "STREAMS")
    with as_store_error(connection.where):
        options = {"at": streams[0]} if connection.cluster else {}
        found: list[tuple[str, list[tuple[str, dict[str, str]]]]] = await connection.reader.execute_command(
            *command, *streams, *["0" if again else ">"] * len(streams), **options
        )
    return [
        Ready(id, fields.get("c", ""), fields.get("w", ""))
        for _, entries in found
        for id, fields in entries
        if fields  # what was removed meanwhile has none
    ]


async def sweep(
    connection: Connection, consumer: str, *, idle: float = IDLE, misused: set[int] | None = None
) -> list[Ready]:
    """Make ready what is due, and return what dead workers left behind, now ours; also sets the group up.

    Partitions in whose keys something else lies are left out, and put into `misused`.
    """

    ms = (int(idle * 1000), int(CONSUMER_KEPT * 1000))

    async def some(numbers: Sequence[int]) -> list[Ready]:
        held = [keys.of_partition(number) for number in numbers]
        touched = [key for one in held for key in (one.ready, one.due)]
        found: list[Ready] = []
        for number, claimed in zip(
            numbers, await connection.run("sweep", touched, keys.GROUP, consumer, *ms), strict=True
        ):
            if claimed is None:
                if misused is not None:
                    misused.add(number)
                continue
            found += [Ready(*entry) for entry in claimed]
        return found

    # In a Cluster no script reaches over two slots.
    if not connection.cluster:
        return await some(range(keys.PARTITIONS))
    return [ready for found in await _everywhere(lambda number: some([number])) for ready in found]


async def leave(connection: Connection, consumer: str) -> int:
    """Give back all that this worker still holds, and sign off; return how many."""

    async def one(number: int) -> int:
        try:
            return await connection.run("leave", [keys.of_partition(number).ready], keys.GROUP, consumer)
        except StoreError as error:
            if error.kind != "misused":
                raise
            return 0

    return sum(await _everywhere(one))


async def _everywhere(one: Callable[[int], Awaitable[T]]) -> list[T]:
    found: list[T] = []
    for start in range(0, keys.PARTITIONS, AT_ONCE):
        found += await asyncio.gather(*(one(number) for number in range(start, start + AT_ONCE)))
    return found
