"""Progress, shown in one message that is updated in place, and gives its place to the result.

An update shows no picture that was not shared before (docs/platforms.md#slack-files): a result with one is posted, and
the message of its progress deleted.
"""

import copy
import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.auth.rotation import error_word
from adapters.slack.outbound.errors import BLOCKS, outcome, word_of
from adapters.slack.outbound.send import Way, in_words, send
from adapters.slack.render.messages import Message, Running
from bot.platform.port import Delivered, Rejected, RetryLater
from bot.platform.progress import OVER, held_back, note_of, skipped

log = logging.getLogger("advisor.slack")

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})


@dataclass(frozen=True)
class Shown:
    """The message that shows a progress: where it is, when it was last changed, and how far it was."""

    at: float
    done: int
    channel: str = ""
    ts: str = ""

    @classmethod
    def read(cls, text: str | None) -> "Shown | None":
        if not text:
            return None
        at, done, channel, ts = [*text.split(" "), "", ""][:4]
        return cls(float(at), int(done), channel, ts)

    def __str__(self) -> str:
        return f"{self.at:.3f} {self.done} {self.channel} {self.ts}".strip()


async def show(way: Way, running: Running, part: int) -> Delivered | RetryLater | Rejected:
    """Show how far it is. What comes too soon is skipped, as the next one says more."""
    name = note_of(running.id)
    shown = Shown.read(await way.noted(name))
    before = (shown.at, shown.done) if shown else None
    changes = shown is not None and bool(shown.ts)
    if (held := held_back(running.done, running.total, before, way.now(), changes=changes)) is not None:
        return held
    try:
        where = await _updated(way, running.message, shown) if shown and shown.ts else None
        if where is None:
            where = await send(way, running.message, part, elsewhere=False)
    except SlackApiError as error:
        said = outcome(error)
        return Delivered() if skipped(said, running.done) else said
    await way.note(name, str(Shown(way.now(), running.done, *(where or ()))))
    return Delivered()


async def over(way: Way, id: str, message: Message, part: int) -> tuple[str, str] | None:
    """Put a result in the place of its progress; None where it has to be posted. Raises as the client does."""
    shown = Shown.read(await way.noted(note_of(id)))
    if shown is None or not shown.ts or message.pictures:
        return None
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
    if shown.ts and shown.ts != result:
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
