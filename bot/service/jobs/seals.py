"""What binds long work to who asked for it: a signature over its place and all that it will do, and a mark once done.

Whoever can write to the store could else ask for any of it, let it be done somewhere else, or once more.
"""

import hashlib
import json
import logging
import secrets
from datetime import UTC, datetime
from typing import Any, cast

from bot.store import keys
from bot.store.connection import Connection
from bot.store.errors import StoreError
from bot.store.jobs import Job
from bot.vault import Vault

log = logging.getLogger("advisor.jobs")

DAY = 24 * 3600
UNSIGNED = keys.key(0, "unsigned")
"""Until when (seconds since 1970) work is done that bears no signature, with the signature of that."""


def bound(job: Job, vault: Vault) -> Job:
    """Return the job with a name of its own, the time, and a signature over all of it."""
    named = job.model_copy(update={"id": secrets.token_hex(8), "at": datetime.now(UTC)})
    return named.model_copy(update={"signature": vault.sign(_words(_of_job(named)))})


class Seals:
    """Tells whether this installation asked for a piece of work, and whether that was done."""

    def __init__(self, connection: Connection, vault: Vault, keep: int) -> None:
        self._connection, self._vault, self._keep = connection, vault, keep
        self._until: float | None = None

    def sign(self, *words: str) -> str:
        """Return the signature of what work is bound to."""
        return self._vault.sign(_words(words))

    async def hold(self, signature: str, *words: str) -> bool:
        """Tell whether that was signed here, or, where nothing was, whether it is taken as it is. Raises StoreError."""
        if signature:
            return self._vault.verifies(_words(words), signature)
        return await self.take_unsigned()

    async def hold_job(self, job: Job, conversation: str) -> bool:
        """Tell whether a job was asked for here, for this conversation, while what it is about is kept."""
        if job.conversation != conversation or not await self.hold(job.signature, *_of_job(job)):
            return False
        return job.at is None or (datetime.now(UTC) - job.at).total_seconds() * 1000 <= self._keep

    async def take_unsigned(self) -> bool:
        """Tell whether work is still taken from a version that signed nothing: for a day after the update."""
        if self._until is None:
            self._until = await self._first_seen()
        return await self._now() < self._until

    async def is_done(self, conversation: str, name: str) -> bool:
        """Tell whether the work of this name was done."""
        return bool(name and await self._connection.call("EXISTS", _done(conversation, name)))

    async def note_done(self, conversation: str, name: str) -> None:
        """Remember that it was, for as long as it could come again; where the store takes no note there is none."""
        if name:
            try:
                await self._connection.call("SET", _done(conversation, name), "1", "PX", self._keep)
            except StoreError as error:
                log.info("That a job was done could not be noted. %s", error)

    async def _first_seen(self) -> float:
        """Return until when unsigned work is taken, which is decided once for a store: not at all in a new one."""
        while True:
            held = await self._connection.call("GET", UNSIGNED)
            until, _, signature = (held or "").partition(" ")
            if signature and self._vault.verifies(_words((UNSIGNED, until)), signature):
                return float(until)
            used = [
                await self._connection.call("EXISTS", keys.of_partition(n).sequence) for n in range(keys.PARTITIONS)
            ]
            until = str(int(await self._now()) + (DAY if any(used) else 0))
            if any(used):
                log.warning("For a day, jobs without a signature are done, as a version before may have left some.")
            signed = f"{until} {self.sign(UNSIGNED, until)}"
            if held is not None:
                await self._connection.call("DEL", UNSIGNED)
            await self._connection.call("SET", UNSIGNED, signed, "NX")

    async def _now(self) -> float:
        seconds, _ = await self._connection.call("TIME")
        return float(seconds)


def _of_job(job: Job) -> tuple[str, ...]:
    held = _bare(job.model_dump(mode="json", exclude={"signature"}))
    return "job", job.conversation, json.dumps(held, sort_keys=True)


def _bare(value: Any) -> Any:
    """Return JSON without what says nothing, so that a field which a later version adds changes no signature."""
    if isinstance(value, dict):
        bare = {name: _bare(each) for name, each in cast("dict[str, Any]", value).items()}
        return {name: each for name, each in bare.items() if each not in (None, False, 0, "", [], {})}
    return [_bare(each) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def _words(words: tuple[str, ...]) -> str:
    return json.dumps(["work", *words])


def _done(conversation: str, name: str) -> str:
    digest = hashlib.sha256(json.dumps([conversation, name]).encode()).hexdigest()[:32]
    return keys.key(keys.partition(conversation), "done", digest)
