"""What a conversation's trial is told: a hash that the job watches, wherever it runs.

It is written where the outbox is delivered, so by whoever holds the conversation's lock; the job only reads and counts.
"""

from dataclasses import dataclass
from typing import Literal

from bot.store import keys
from bot.store.connection import Connection

Order = Literal["go", "stop", "drop", "elsewhere"]
"""Go on; end with what is measured; end and say nothing, since nobody waits for it; leave it to who runs it by now."""


async def begin(
    connection: Connection, conversation: str, trial: str, samples: str, *, by: str | None = None, keep: int
) -> None:
    """Make this the conversation's trial in place of any other, for `keep` ms; doing it twice changes nothing.

    `samples` stay as they are now, also where it is gone on with after more have come.
    """
    name = _key(conversation)
    if await connection.call("HGET", name, "trial") != trial:
        await connection.call("DEL", name)
        await connection.call("HSET", name, "trial", trial, "samples", samples, "by", by or "")
    await connection.call("PEXPIRE", name, keep)


async def ask_to_stop(connection: Connection, conversation: str) -> bool:
    """Tell the conversation's trial to end with what it has measured; False where there is none."""
    name = _key(conversation)
    trial = await connection.call("HGET", name, "trial")
    if trial is not None:
        await connection.call("HSET", name, "stop", trial)
    return trial is not None


async def samples(connection: Connection, conversation: str, trial: str) -> str | None:
    """Return the samples of this trial, None where nobody waits for it any more."""
    current, given = await connection.call("HMGET", _key(conversation), "trial", "samples")
    return given if current == trial else None


async def payer(connection: Connection, conversation: str) -> str | None:
    """Return who started the conversation's trial; None where that is not known."""
    return await connection.call("HGET", _key(conversation), "by") or None


async def end(connection: Connection, conversation: str, trial: str | None = None) -> None:
    """Forget the order of this trial, of any one with None."""
    if trial is None or await connection.call("HGET", _key(conversation), "trial") == trial:
        await connection.call("DEL", _key(conversation))


async def look(connection: Connection, conversation: str, trial: str, runner: str) -> Order:
    """Return what this trial is told where `runner` runs it."""
    current, stop, by = await connection.call("HMGET", _key(conversation), "trial", "stop", "runner")
    if current != trial:
        return "drop"
    if by != runner:
        return "elsewhere"
    return "stop" if stop == trial else "go"


@dataclass(frozen=True)
class Start:
    """What came before a start of a trial, since its last new call."""

    first: bool
    """True where it is the first start of all."""
    died: int
    """How many processes ended while they ran it, since it last failed."""
    failed: int
    """How often it failed."""


async def start(connection: Connection, conversation: str, runner: str) -> Start:
    """Take the trial over from whoever ran it, and count that."""
    name = _key(conversation)
    await connection.call("HSET", name, "runner", runner)
    starts = await connection.call("HINCRBY", name, "starts", 1)
    all_starts = await connection.call("HINCRBY", name, "all_starts", 1)
    failed = int(await connection.call("HGET", name, "failures") or 0)
    await _none_of_forgotten(connection, name)
    return Start(all_starts == 1, starts - 1, failed)


async def fail(connection: Connection, conversation: str) -> None:
    """Count that the trial failed by itself; the process that ran it goes on."""
    name = _key(conversation)
    await connection.call("HDEL", name, "starts")
    await connection.call("HINCRBY", name, "failures", 1)
    await _none_of_forgotten(connection, name)


async def excuse(connection: Connection, conversation: str) -> None:
    """Forget the starts: this one was broken off in order, and for no fault of the trial."""
    await connection.call("HDEL", _key(conversation), "starts")


async def start_over(connection: Connection, conversation: str) -> None:
    """Forget starts and failures: the trial got further."""
    await connection.call("HDEL", _key(conversation), "starts", "failures")


async def _none_of_forgotten(connection: Connection, name: str) -> None:
    """Remove what was written of a trial that was forgotten in this very moment: it would stay for ever."""
    if not await connection.call("HEXISTS", name, "trial"):
        await connection.call("DEL", name)


def _key(conversation: str) -> str:
    return keys.of_conversation(conversation).trial
