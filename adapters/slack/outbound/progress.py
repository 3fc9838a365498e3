"""Progress, shown in one message that is updated in place: at most once a second, and at the end."""

import copy
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from adapters.slack.auth.rotation import error_word
from adapters.slack.outbound.errors import BLOCKS, outcome
from adapters.slack.outbound.send import Way, in_words, send
from adapters.slack.render.messages import Running
from bot.platform.port import Delivered, Rejected, RetryLater
from bot.platform.progress import held_back, note_of, skipped

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
    """Show how far it is. What comes too soon is skipped, as the next one says more; the end never is."""
    name = note_of(running.id)
    shown = Shown.read(await way.noted(name))
    before = (shown.at, shown.done) if shown else None
    changes = shown is not None and bool(shown.ts)
    if (held := held_back(running.done, running.total, before, way.now(), changes=changes)) is not None:
        return held
    try:
        where = await _updated(way, running, shown) if shown and shown.ts else None
        if where is None:
            where = await send(way, running.message, part, elsewhere=False)
    except SlackApiError as error:
        said = outcome(error)
        return Delivered() if skipped(said, running.done, running.total) else said
    await way.note(name, str(Shown(way.now(), running.done, *(where or ()))))
    return Delivered()


async def _updated(way: Way, running: Running, shown: Shown) -> tuple[str, str] | None:
    """Change the message; None where it is gone, or is no more ours to change."""
    # The client's own patience with a 429 would hold up what comes behind.
    client = copy.copy(way.client)
    client.retry_handlers = []
    message = running.message
    try:
        try:
            await client.chat_update(channel=shown.channel, ts=shown.ts, text=message.text, blocks=list(message.blocks))
        except SlackApiError as error:
            if error_word(error) not in BLOCKS:
                raise
            await client.chat_update(channel=shown.channel, ts=shown.ts, text=in_words(message)[0], blocks=[])
    except SlackApiError as error:
        if error_word(error) in GONE:
            return None
        raise
    return shown.channel, shown.ts
