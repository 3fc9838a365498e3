"""Progress, shown in one message that is changed in place: at most once a second, and at the end."""

from dataclasses import dataclass

from discord import HTTPException

from adapters.discord.outbound.errors import FAILURES, SPENT, outcome
from adapters.discord.outbound.route import Way, Where
from adapters.discord.outbound.send import change, send
from adapters.discord.render.messages import Running
from bot.platform.port import Delivered, Rejected, RetryLater

EVERY = 1.0
"""Seconds between two changes."""
GONE = SPENT | {10003, 50083}
"""The message, its channel or its token is gone, or its thread is archived: a new one says it."""


@dataclass(frozen=True)
class Shown:
    """The message that shows a progress: where it is, when it was last changed, and how far it was."""

    at: float
    done: int
    where: Where

    @classmethod
    def read(cls, text: str | None) -> "Shown | None":
        if not text:
            return None
        at, done, channel, message = text.split(" ")
        return cls(float(at), int(done), Where(channel, message))

    def __str__(self) -> str:
        return f"{self.at:.3f} {self.done} {self.where.channel} {self.where.message}"


async def show(way: Way, running: Running, part: int) -> Delivered | RetryLater | Rejected:
    """Show how far it is. What comes too soon is skipped, as the next one says more; the end never is."""
    name = note_of(running.id)
    shown = Shown.read(await way.noted(name))
    ended = running.done >= running.total
    if shown and running.done < shown.done:
        return Delivered()  # an older one that comes again
    wait = EVERY - (way.now() - shown.at) if shown else 0.0
    if shown and 0 < wait <= EVERY:
        return RetryLater(wait, in_doubt=False) if ended else Delivered()
    try:
        where = shown.where if shown and await _changed(way, running, shown) else await send(way, running.message, part)
    except FAILURES as error:
        said = outcome(error)
        skipped = isinstance(said, RetryLater) and not said.in_doubt and not ended
        return Delivered() if skipped else said
    await way.note(name, str(Shown(way.now(), running.done, where)))
    return Delivered()


def note_of(id: str) -> str:
    """Return the name of the note about a progress."""
    return f"progress {id}"


async def _changed(way: Way, running: Running, shown: Shown) -> bool:
    """Change the message; False where it is gone, or can be changed no more."""
    try:
        return await change(way, shown.where, running.message)
    except HTTPException as error:
        if error.code in GONE or (error.status == 401 and shown.where.channel.startswith("@")):
            return False
        raise
