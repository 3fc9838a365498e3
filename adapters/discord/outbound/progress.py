"""Progress, shown in one message that is changed in place: at most once a second, and at the end."""

from dataclasses import dataclass

from discord import HTTPException

from adapters.discord.outbound.errors import FAILURES, SPENT, outcome
from adapters.discord.outbound.route import Way, Where
from adapters.discord.outbound.send import change, here
from adapters.discord.render.messages import Running
from bot.platform.port import Delivered, Rejected, RetryLater
from bot.platform.progress import held_back, note_of, skipped

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
    before = (shown.at, shown.done) if shown else None
    if (held := held_back(running.done, running.total, before, way.now(), changes=True)) is not None:
        return held
    try:
        where = shown.where if shown and await _changed(way, running, shown) else await here(way, running.message, part)
    except FAILURES as error:
        said = outcome(error)
        return Delivered() if skipped(said, running.done, running.total) else said
    if where is None:
        return Delivered()  # it would be one direct message after the other
    await way.note(name, str(Shown(way.now(), running.done, where)))
    return Delivered()


async def _changed(way: Way, running: Running, shown: Shown) -> bool:
    """Change the message; False where it is gone, or can be changed no more."""
    try:
        return await change(way, shown.where, running.message)
    except HTTPException as error:
        if error.code in GONE or (error.status == 401 and shown.where.channel.startswith("@")):
            return False
        raise
