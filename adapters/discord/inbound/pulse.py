"""Whether Discord is still there: a shard that is silent is asked for a sign of life, and given up where none comes.

Discord sets how often the library asks, about every 41 seconds, and lets itself be asked before
(docs/platforms.md#discord-shards). Whatever comes is a sign of life: where much is said nobody is asked here.
"""

import asyncio
import logging
import time
from contextlib import suppress
from typing import Any

import discord

log = logging.getLogger("advisor.discord")

QUIET = 5.0
"""Seconds without a word from Discord after which a shard is asked."""
GONE = 30.0
"""Seconds without a word after which a connection is closed, to be resumed: as long again as the library would wait."""
LOOK = 0.2
"""The part of QUIET after which it is looked again."""
SENDING = 2.0
"""Seconds for a question to go out, and for a connection to be closed."""
ZOMBIE = 4000
"""The close code for a connection that does not answer; after any but 1000 and 1001 a session can be resumed."""


def age(client: discord.AutoShardedClient) -> float | None:
    """Return for how many seconds nothing came, of the shard that waits longest; None where one is not connected."""
    held = _sockets(client)
    wanted = len(client.shard_ids or range(client.shard_count or 1))
    if not wanted or len(held) < wanted:
        return None
    return max(0.0, *(_silence(socket) for socket in held))


async def watch(client: discord.AutoShardedClient) -> None:
    """Ask the shards that are silent, and close those that give no sign of life, until cancelled."""
    while True:
        await asyncio.sleep(QUIET * LOOK)
        await asyncio.gather(*(_see_to(socket) for socket in _sockets(client)))


async def _see_to(socket: Any) -> None:
    silence, beat = _silence(socket), socket._keep_alive
    # What ends meanwhile is opened again by the library.
    with suppress(TimeoutError, ConnectionError, discord.ConnectionClosed):
        async with asyncio.timeout(SENDING):
            if silence > GONE:
                log.warning("Discord has said nothing for %.0f s; the connection is opened again.", silence)
                await socket.close(ZOMBIE)
            elif silence > QUIET and beat._last_send <= beat._last_recv:
                await socket.send_heartbeat(beat.beat())


def _sockets(client: discord.AutoShardedClient) -> list[Any]:
    """Return the sockets that are open and have said hello."""
    held: list[Any] = [shard._parent.ws for shard in client.shards.values()]  # pyright: ignore[reportPrivateUsage]
    return [each for each in held if each.open and each._keep_alive is not None]


def _silence(socket: Any) -> float:
    return time.perf_counter() - float(socket._keep_alive._last_recv)
