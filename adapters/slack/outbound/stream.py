"""A free answer as a stream; where Slack refuses one it becomes a message, and no stream is left open."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from slack_sdk.errors import SlackApiError

from adapters.slack.auth.rotation import error_word
from adapters.slack.ids import team_of
from adapters.slack.outbound.errors import outcome
from adapters.slack.outbound.send import Way
from adapters.slack.render.messages import Message
from adapters.slack.retry import status_of
from bot.platform.port import Delivered, PlatformContext, Rejected, RetryLater
from bot.store.memos import note
from bot.text.split import pieces

FROM = 600
"""Characters from which on an answer is streamed."""
PIECE = 1_500
"""Characters of one append: a hundred are allowed a minute."""
STOPPED = "message_not_in_streaming_state"
OVER = frozenset({STOPPED, "message_not_found", "message_not_owned_by_app"})
"""The stream is no longer open."""
GONE = frozenset({"message_not_found", "cant_update_message"})


@dataclass(frozen=True)
class Answer:
    """A free answer: as markdown that is safe, and as the message it is where it cannot be streamed."""

    markdown: str
    message: Message


def wanted(way: Way, markdown: str | None) -> bool:
    """Tell whether this is to be streamed: long enough, to all in a thread, and in a channel to somebody."""
    if markdown is None or len(markdown) < FROM or way.to is not None or way.place.thread is None:
        return False
    return way.place.channel.startswith("D") or (way.via is not None and team_of(way.place.workspace)[1] is not None)


async def stream(way: Way, answer: Answer) -> Delivered | RetryLater | Rejected | None:
    """Stream an answer; None where Slack does not want it, and nothing is to be seen of it."""
    first, *rest = slices(answer.markdown)
    direct = way.place.channel.startswith("D")
    try:
        begun = await way.client.chat_startStream(
            channel=way.place.channel,
            thread_ts=way.place.thread or "",
            markdown_text=first,
            recipient_user_id=None if direct or way.via is None else way.via.user,
            recipient_team_id=None if direct else team_of(way.place.workspace)[1],
        )
    except SlackApiError as error:
        # Its limits are narrow, and the message may still go: only what hangs is in doubt.
        return outcome(error) if status_of(error) >= 500 else None
    ts = str(begun["ts"])
    await way.note(_name(way), ts)
    try:
        for piece in rest:
            await way.client.chat_appendStream(channel=way.place.channel, ts=ts, markdown_text=piece)
        await way.client.chat_stopStream(channel=way.place.channel, ts=ts, metadata=way.metadata(0))
        return Delivered()
    except Exception as error:
        if isinstance(error, SlackApiError) and error_word(error) == STOPPED:
            # It was going on a moment ago, and ends by itself only after minutes: the person has stopped it.
            await note_stopped(way.host, way.conversation, [ts])
            return Delivered()
        # However it broke off, it is closed now or by the next try, and then shown whole.
        return await finish(way, answer, ts) if isinstance(error, SlackApiError) else outcome(error)


async def begun(way: Way) -> str | None:
    """Return the `ts` of a stream of this reply that an earlier try began."""
    return await way.noted(_name(way))


async def finish(way: Way, answer: Answer, ts: str) -> Delivered | RetryLater | Rejected | None:
    """Close a stream that broke off, and put the whole answer in its place; None where the message is gone.

    One that the person stopped stays as it is.
    """
    channel = way.place.channel
    if await way.noted(_stopped(ts)):
        return Delivered()
    try:
        await way.client.chat_stopStream(channel=channel, ts=ts)
    except SlackApiError as error:
        if error_word(error) not in OVER:
            said = outcome(error)
            # In doubt also where it is certain that this call did nothing: the next try has to look for the stream.
            return RetryLater(said.seconds) if isinstance(said, RetryLater) else said
    message = answer.message
    try:
        await way.client.chat_update(
            channel=channel, ts=ts, text=message.text, blocks=list(message.blocks), metadata=way.metadata(0)
        )
    except SlackApiError as error:
        if error_word(error) in GONE:
            return None
        said = outcome(error)
        return RetryLater(said.seconds) if isinstance(said, RetryLater) else said
    return Delivered()


async def note_stopped(host: PlatformContext, conversation: str, streams: Sequence[str]) -> None:
    """Remember that the person has stopped these streams."""
    for ts in streams:
        await note(host.store.connection, conversation, _stopped(ts), "1", host.store.keep)


def slices(markdown: str) -> list[str]:
    """Cut a text where a reader would pause; together they are the text again."""
    starts = [piece.start for piece in pieces(markdown, PIECE)][1:]
    edges = [0, *starts, len(markdown)]
    return [markdown[a:b] for a, b in pairwise(edges) if a < b]


def _stopped(ts: str) -> str:
    return f"stopped {ts}"


def _name(way: Way) -> str:
    return f"stream {way.key}"


__all__ = ["FROM", "Answer", "begun", "finish", "note_stopped", "slices", "stream", "wanted"]
