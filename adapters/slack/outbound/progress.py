"""Progress, shown in one message that is updated in place, and gives its place to the result.

An update shows no picture that was not shared before (docs/platforms.md#slack-files): a result with one is posted, and
the message of its progress deleted. What one person alone sees can only be changed by the address of a press on it:
where a press began the work, its progress takes the place of what was pressed, and goes by that address in the end.
"""

import copy
import logging
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from adapters.slack.auth.rotation import error_word
from adapters.slack.outbound.errors import BLOCKS, outcome, refused_with, word_of
from adapters.slack.outbound.send import Way, in_words, send, tell
from adapters.slack.render.messages import Message, Running
from adapters.slack.reply_address import FRESH
from bot.platform.port import Delivered, Rejected, RetryLater
from bot.platform.progress import OVER, held_back, note_of, skipped

log = logging.getLogger("advisor.slack")

ALONE = "@"
"""Begins the place of a message that one person alone sees."""
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})


@dataclass(frozen=True)
class Shown:
    """The message that shows a progress: where it is, when it was last changed, and how far it was."""

    at: float
    done: int
    channel: str = ""
    """Empty where it cannot be changed; for one person `@` and since when its address is there."""
    ts: str = ""
    """That address, for one person."""

    @classmethod
    def read(cls, text: str | None) -> "Shown | None":
        if not text:
            return None
        at, done, channel, ts = [*text.split(" "), "", "", ""][:4]
        try:
            return cls(float(at), int(done), channel, ts)
        except ValueError:
            return None  # damaged: it is shown anew

    def address(self, now: float) -> str | None:
        """Return the response address of what one person sees, while it is fresh."""
        return self.ts if self.channel.startswith(ALONE) and now - float(self.channel[1:]) < FRESH else None

    def __str__(self) -> str:
        return f"{self.at:.3f} {self.done} {self.channel} {self.ts}".strip()


async def show(way: Way, running: Running, part: int) -> Delivered | RetryLater | Rejected:
    """Show how far it is. What comes too soon is skipped, as the next one says more."""
    name = note_of(running.id)
    shown = Shown.read(await way.noted(name))
    before = (shown.at, shown.done) if shown else None
    changes = shown is not None and bool(shown.ts) and not shown.channel.startswith(ALONE)
    if (held := held_back(running.done, running.total, before, way.now(), changes=changes)) is not None:
        return held
    try:
        where = await _updated(way, running.message, shown) if shown and shown.ts else None
        if where is None:
            where = await send(way, running.message, part, elsewhere=False)
        if where is None and way.replaced and way.via and way.via.url:
            where = f"{ALONE}{way.via.at:.3f}", way.via.url
    except SlackApiError as error:
        said = outcome(error)
        return Delivered() if skipped(said, running.done) else said
    await way.note(name, str(Shown(way.now(), running.done, *(where or ()))))
    return Delivered()


async def over(way: Way, id: str, message: Message, part: int) -> tuple[str, str] | None:
    """Put a result in the place of its progress; None where it has to be posted. Raises as the client does."""
    shown = Shown.read(await way.noted(note_of(id)))
    if shown is None or not shown.ts or message.pictures or shown.channel.startswith(ALONE):
        return None  # what one person sees may be gone from their screen, so a result is posted there
    where = await _updated(way, message, shown, metadata=way.metadata(part))
    if where is not None:
        await _note_over(way, id, shown)
    return where


async def clear(way: Way, id: str, result: str | None) -> None:
    """Delete the message of a progress whose result was posted, once. Raises as the client does.

    `result` is the `ts` of a result that was found, which may have taken its place.
    """
    shown = Shown.read(await way.noted(note_of(id)))
    if shown is None or shown.done == OVER:
        return
    if shown.channel.startswith(ALONE):
        await _told(way, shown, {"delete_original": True})
    elif shown.ts and shown.ts != result:
        try:
            await way.client.chat_delete(channel=shown.channel, ts=shown.ts)
        except SlackApiError as error:
            if isinstance(outcome(error), RetryLater):
                raise
            log.info("The message of a progress that is over could not be deleted (%s).", word_of(error))
    await _note_over(way, id, shown)


async def _note_over(way: Way, id: str, shown: Shown) -> None:
    await way.note(note_of(id), str(Shown(way.now(), OVER, shown.channel, shown.ts)))


async def _updated(way: Way, message: Message, shown: Shown, **more: Any) -> tuple[str, str] | None:
    """Change the message; None where it is gone, or is no more ours to change."""
    if shown.channel.startswith(ALONE):
        body = {"text": message.text, "blocks": list(message.blocks)}
        return (shown.channel, shown.ts) if await _told(way, shown, body) else None
    # The client's own patience with a 429 would hold up what comes behind.
    client = copy.copy(way.client)
    client.retry_handlers = []
    at = {"channel": shown.channel, "ts": shown.ts, **more}
    try:
        try:
            await client.chat_update(**at, text=message.text, blocks=list(message.blocks))
        except SlackApiError as error:
            if error_word(error) not in BLOCKS:
                raise
            await client.chat_update(**at, text=in_words(message)[0], blocks=[])
    except SlackApiError as error:
        if error_word(error) in GONE:
            return None
        raise
    return shown.channel, shown.ts


async def _told(way: Way, shown: Shown, body: dict[str, Any]) -> bool:
    """Change or delete what one person sees by its address; False where that takes nothing any more."""
    url = shown.address(way.now())
    if url is None:
        return False
    try:
        status, said, _ = await tell(way, url, body, replaces=True)
    except (ClientError, TimeoutError) as error:
        log.info("What one person sees of a progress could not be changed (%s).", type(error).__name__)
        return False
    if why := refused_with(status, said):
        log.info("What one person sees of a progress could not be changed (%s).", why)
    return not why
