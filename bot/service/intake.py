"""An event comes in, once: claimed and put into its conversation's inbox in one step."""

import asyncio
import hashlib
import json
import secrets
import time

from bot.chat.commands import forgets
from bot.chat.events import Edited, Event, Present, Said
from bot.service.damage import mend
from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError

TRY = 0.5
"""Seconds for one try; a platform waits for its acknowledgement."""
LIMIT, LONGEST = 1.5, 2.0
"""Seconds for what a platform brings again, and for what it brings once only; it gives three for an acknowledgement."""
CLAIMED = 24 * 3600
"""Seconds in which a repeated event is known to be one."""


async def accept(connection: Connection, inbound: Event, *, keep: int, within: float = LIMIT) -> bool:
    """Store the event for the next turn of its conversation; False where it is there already, or nobody asked for it.

    What is not False is stored or an error: StoreError, within about that many seconds, means that it may not be
    acknowledged. `keep` is how many ms it waits for a worker.
    """
    held = keys.of_conversation(inbound.conversation)
    touched = [claim(inbound), held.inbox, held.ready, held.case]
    claimed = max(keep, CLAIMED * 1000) if inbound.spends else CLAIMED * 1000
    stored, bare = inbound.model_dump_json(), _wordless(inbound)
    written: list[str | int] = [inbound.conversation, stored, secrets.token_hex(6), claimed, keep]
    written += [inbound.addressed, inbound.author, bare.model_dump_json() if bare else "", int(forgets(inbound))]
    written.append(keys.mark(inbound.author))
    ends, mended = time.monotonic() + within - TRY, False
    while True:
        try:
            return await _once(connection, touched, written)
        except StoreError as error:
            if error.kind == "misused" and not mended:
                mended = await mend(connection, inbound.conversation, keep)
                if mended:
                    continue
            # A server that is gone is gone; one that is slow, on a machine that is, may answer the same call yet.
            if error.kind != "slow" or time.monotonic() >= ends:
                raise


async def _once(connection: Connection, touched: list[str], written: list[str | int]) -> bool:
    try:
        async with asyncio.timeout(TRY):
            return bool(await connection.run("accept", touched, *written, intake=True))
    except TimeoutError as error:
        raise StoreError("slow", f"The store at {connection.where} did not answer in time.") from error


def _wordless(inbound: Event) -> Event | None:
    """Return what is stored of an event whose author never spoke to us: that somebody spoke; None without words."""
    if inbound.addressed == "us" or not isinstance(inbound.body, Said | Edited):
        return None
    return inbound.model_copy(update={"body": Present(), "name": None, "roles": (), "via": None, "late": False})


def claim(inbound: Event) -> str:
    """Return the key that says an event is known.

    Only a digest of its name: it outlives a forgotten conversation by a day, so that a late repetition does not bring
    that back, and it should not tell what it was.
    """
    name = json.dumps([inbound.platform, inbound.workspace, inbound.channel, inbound.message, inbound.edition])
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return keys.key(keys.partition(inbound.conversation), "claim", digest)
