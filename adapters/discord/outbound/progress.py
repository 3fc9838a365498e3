"""Progress, shown in one message that is changed in place, and becomes the result."""

from dataclasses import dataclass

from discord import HTTPException

from adapters.discord.outbound.errors import BAD_BODY, FAILURES, FILES, SPENT, TOO_LARGE, outcome
from adapters.discord.outbound.route import Way, Where
from adapters.discord.outbound.send import change, here
from adapters.discord.render.messages import Message, Running, readdressed, without_files
from adapters.discord.reply_address import Via, packed, unpacked
from bot.platform.port import Delivered, Rejected, RetryLater
from bot.platform.progress import OVER, held_back, note_of, skipped

GONE = SPENT | {10003, 50083}
"""The message, its channel or its token is gone, or its thread is archived: a new one says it."""


@dataclass(frozen=True)
class Shown:
    """The message that shows a progress: where it is, when it was last changed, and how far it was."""

    at: float
    done: int
    where: Where
    via: Via | None = None
    """Where only the token of an interaction reaches it: that one."""

    @classmethod
    def read(cls, text: str | None) -> "Shown | None":
        if not text:
            return None
        try:
            at, done, channel, message, *via = text.split(" ", 4)
            return cls(float(at), int(done), Where(channel, message), unpacked("".join(via)))
        except ValueError:
            return None  # damaged: it is shown anew

    def __str__(self) -> str:
        via = f" {packed(self.via)}" if self.via else ""
        return f"{self.at:.3f} {self.done} {self.where.channel} {self.where.message}{via}"


async def show(way: Way, running: Running, part: int) -> Delivered | RetryLater | Rejected:
    """Show how far it is. What comes too soon is skipped, as the next one says more."""
    name = note_of(running.id)
    shown = Shown.read(await way.noted(name))
    before = (shown.at, shown.done) if shown else None
    if (held := held_back(running.done, running.total, before, way.now(), changes=True)) is not None:
        return held
    try:
        changed = shown is not None and await _changed(way, running.message, shown)
        where = shown.where if shown and changed else await here(way, running.message, part)
        via = shown.via if shown and changed else way.via
    except FAILURES as error:
        said = outcome(error)
        return Delivered() if skipped(said, running.done) else said
    if where is None:
        return Delivered()  # it would be one direct message after the other
    token = via if where.channel.startswith("@") else None
    await way.note(name, str(Shown(way.now(), running.done, where, token)))
    return Delivered()


async def over(way: Way, id: str, message: Message) -> Where | None:
    """Put a result in the place of its progress; None where it has to be posted. Raises as `Rest.call` does."""
    name = note_of(id)
    shown = Shown.read(await way.noted(name))
    if shown is None:
        return None
    try:
        changed = await _changed(way, message, shown)
    except HTTPException as error:
        if error.code == BAD_BODY:
            return None  # the words that stand in for it need a message of their own
        if not message.files or (error.code not in FILES and error.status != TOO_LARGE):
            raise
        changed = await _changed(way, without_files(message), shown)
    await way.note(name, str(Shown(way.now(), OVER, shown.where, shown.via)))
    return shown.where if changed else None


async def is_over(way: Way, id: str) -> None:
    """Remember that a result is there, whose arrival nobody had heard of: what comes late must not replace it."""
    if (shown := Shown.read(await way.noted(note_of(id)))) is not None:
        await way.note(note_of(id), str(Shown(way.now(), OVER, shown.where, shown.via)))


async def _changed(way: Way, message: Message, shown: Shown) -> bool:
    """Change the message; False where it is gone, or can be changed no more."""
    if not shown.where.channel.startswith("@") and shown.where.channel != way.place.channel:
        message = readdressed(message, way.conversation)
    try:
        return await change(way, shown.where, message, shown.via)
    except HTTPException as error:
        if error.code in GONE or (error.status == 401 and shown.where.channel.startswith("@")):
            return False
        raise
