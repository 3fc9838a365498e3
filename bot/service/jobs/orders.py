"""What a conversation's trial is told: a hash that the job watches, wherever it runs.

It is written where the outbox is delivered, so by whoever holds the conversation's lock; the job only reads and counts.
"""

from dataclasses import dataclass
from typing import Literal

from bot.service.jobs.seals import Seals
from bot.store import keys
from bot.store.connection import Connection

Order = Literal["go", "stop", "drop", "elsewhere"]
"""Go on; end with what is measured; end and say nothing, since nobody waits for it; leave it to who runs it by now."""


@dataclass(frozen=True)
class Begun:
    """What a trial was begun with: its samples as they were then, and who started it, and pays for it."""

    samples: str
    by: str | None


async def begin(
    connection: Connection,
    conversation: str,
    trial: str,
    samples: str,
    *,
    by: str | None = None,
    keep: int,
    seals: Seals,
) -> None:
    """Make this the conversation's trial in place of any other, for `keep` ms; doing it twice changes nothing.

    `samples` stay as they are now, also where it is gone on with after more have come.
    """
    name = _key(conversation)
    if await connection.call("HGET", name, "trial") != trial:
        await connection.call("DEL", name)
        signature = seals.sign(*_all_of(conversation, trial, samples, by))
        order = ("trial", trial, "samples", samples, "by", by or "", "signature", signature)
        await connection.call("HSET", name, *order)
    await connection.call("PEXPIRE", name, keep)


async def ask_to_stop(connection: Connection, conversation: str) -> bool:
    """Tell the conversation's trial to end with what it has measured; False where there is none."""
    name = _key(conversation)
    trial = await current(connection, conversation)
    if trial is not None:
        await connection.call("HSET", name, "stop", trial)
    return trial is not None


async def begun(
    connection: Connection, conversation: str, trial: str, seals: Seals
) -> Begun | Literal["forged"] | None:
    """Return what this trial was begun with, None where nobody waits for it any more or it was ended before.

    "forged" where the order that stands in the store is not what was signed for this trial.
    """
    current, samples, by, signature = await connection.call(
        "HMGET", _key(conversation), "trial", "samples", "by", "signature"
    )
    if current != trial or await seals.is_done(conversation, trial):
        return None
    if not await seals.hold(signature or "", *_all_of(conversation, trial, samples or "", by)):
        return "forged"
    return Begun(samples, by or None)


async def current(connection: Connection, conversation: str) -> str | None:
    """Return the conversation's trial; None where there is none."""
    return await connection.call("HGET", _key(conversation), "trial")


async def end(connection: Connection, conversation: str, trial: str | None = None) -> None:
    """Forget the order of this trial, of any one with None."""
    if trial is None or await connection.call("HGET", _key(conversation), "trial") == trial:
        await connection.call("DEL", _key(conversation))


async def look(connection: Connection, conversation: str, trial: str, runner: str, alive: float) -> Order:
    """Return what this trial is told, which is `runner`'s unless another showed a sign of life in `alive` seconds."""
    return await connection.run("runner", [_key(conversation)], trial, runner, int(alive * 1000))


@dataclass(frozen=True)
class Start:
    """What came before a start of a trial, since its last new call."""

    counted: bool
    """True where it was counted against what may be started."""
    died: int
    """How many processes ended while they ran it, since it last failed."""
    failed: int
    """How often it failed."""


async def start(connection: Connection, conversation: str, runner: str) -> Start:
    """Count that a runner begins with the trial, in the place of any other."""
    name = _key(conversation)
    await connection.call("HSET", name, "runner", runner)
    counts = ("starts", "all_starts", "failures")
    for field, count in zip(counts, await connection.call("HMGET", name, *counts), strict=True):
        if count is not None and not count.isdigit():  # never ours
            await connection.call("HDEL", name, field)
    starts = await connection.call("HINCRBY", name, "starts", 1)
    all_starts = await connection.call("HINCRBY", name, "all_starts", 1)
    failed, counted, signature = await connection.call("HMGET", name, "failures", "counted", "signature")
    await _none_of_forgotten(connection, name)
    before = signature is None and all_starts > 1  # by a version that signed and noted nothing
    return Start(bool(counted) or before, starts - 1, int(failed or 0))


async def note_counted(connection: Connection, conversation: str) -> None:
    """Remember that the trial was counted, however long it goes on."""
    await connection.call("HSET", _key(conversation), "counted", 1)
    await _none_of_forgotten(connection, _key(conversation))


async def fail(connection: Connection, conversation: str) -> None:
    """Count that the trial failed by itself; the process that ran it goes on."""
    name = _key(conversation)
    await connection.call("HDEL", name, "starts", "runner")
    await connection.call("HINCRBY", name, "failures", 1)
    await _none_of_forgotten(connection, name)


async def excuse(connection: Connection, conversation: str) -> None:
    """Forget the starts: this one was broken off in order, and for no fault of the trial."""
    await connection.call("HDEL", _key(conversation), "starts", "runner")


async def start_over(connection: Connection, conversation: str) -> None:
    """Forget starts and failures: the trial got further."""
    await connection.call("HDEL", _key(conversation), "starts", "failures")


def _all_of(conversation: str, trial: str, samples: str, by: str | None) -> tuple[str, ...]:
    return ("trial", conversation, trial, samples, by or "")


async def _none_of_forgotten(connection: Connection, name: str) -> None:
    """Remove what was written of a trial that was forgotten in this very moment: it would stay for ever."""
    if not await connection.call("HEXISTS", name, "trial"):
        await connection.call("DEL", name)


def _key(conversation: str) -> str:
    return keys.of_conversation(conversation).trial
