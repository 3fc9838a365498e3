"""The one live message on Slack: as a new one is posted, the one before keeps its words and loses its controls."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.slack.auth.rotation import error_word
from adapters.slack.outbound.errors import BLOCKS, outcome, word_of
from adapters.slack.outbound.send import Paused, Way
from adapters.slack.render import limits, markup
from adapters.slack.render.ended import ended
from adapters.slack.render.messages import Message, Outgoing
from bot.platform.live import Memory, Shown
from bot.platform.port import RetryLater

log = logging.getLogger("advisor.slack")


async def end(way: Way, answered: str) -> None:
    """Take the controls from the message that was live before this reply; Paused where Slack wants to be left alone."""

    async def show(shown: Shown, pressed: bool) -> None:
        await _change(way, shown, ended(shown.body, "" if pressed else _line(answered)))

    way.live = await _memory(way).end(way.key, show)


async def begin(way: Way, message: Message, channel: str, ts: str) -> None:
    """Remember a message as live, where it has controls that end with it."""
    blocks = list(message.blocks)
    if ended(blocks) != blocks:
        way.live = await _memory(way).begin(way.key, Shown(channel, ts, blocks, message.text), way.live)


async def put(way: Way, messages: Sequence[Outgoing], amends: tuple[Message, Message] | None = None) -> None:
    """Show something on the live message, in the place of what was put there before; nothing where none stands open.

    `amends` is what the message says, and what it is to say in the place of that for good. Paused where Slack wants to
    be left alone.
    """
    memory = _memory(way)
    live = await memory.live()
    if live is None or not live.key or await memory.left(live.shown[-1]):
        return  # what was pressed is said anew in a moment
    said = [each for each in messages if isinstance(each, Message)]
    last = live.shown[-1]
    if amends is not None:
        last = _amended(last, *amends)
        await memory.begin(live.key, last, live)
    blocks = [*last.body, *(block for each in said for block in each.blocks)]
    words = "\n\n".join([last.words, *(each.text for each in said)])
    if len(blocks) <= limits.BLOCKS and limits.weight(blocks) <= limits.MESSAGE:
        await _change(way, replace(last, words=words[: limits.FALLBACK]), blocks)


async def restore(way: Way) -> None:
    """Show again what a press that was refused took away. Paused where Slack wants to be left alone."""
    for shown in await _memory(way).restore():
        await _change(way, shown, shown.body)


def _amended(shown: Shown, was: Message, is_: Message) -> Shown:
    """Return a message with other blocks in the place of some of its own; unchanged where it has none of those."""
    old, body = list(was.blocks), shown.body
    at = next((n for n in range(len(body)) if old and body[n : n + len(old)] == old), None)
    if at is None:
        return shown
    body = [*body[:at], *is_.blocks, *body[at + len(old) :]]
    return replace(shown, body=body, words=shown.words.replace(was.text, is_.text).strip())


async def change(client: Any, channel: str, ts: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Change a message; to its words alone where Slack refuses the blocks. Raises as the client does."""
    try:
        await client.chat_update(channel=channel, ts=ts, text=text, blocks=list(blocks))
    except SlackApiError as error:
        if error_word(error) not in BLOCKS:
            raise
        log.warning("Slack refused the blocks of a message (%s); it is changed to plain text.", error_word(error))
        await client.chat_update(channel=channel, ts=ts, text=text, blocks=[])


async def _change(way: Way, shown: Shown, blocks: list[dict[str, Any]]) -> None:
    try:
        await change(way.client, shown.channel, shown.message, shown.words, blocks)
    except SlackApiError as error:
        said = outcome(error)
        if isinstance(said, RetryLater):
            raise Paused(RetryLater(said.seconds, in_doubt=False)) from None
        log.info("The message that was live before could not be changed (%s).", word_of(error))


def _line(answered: str) -> str:
    return markup.mrkdwn(answered) if answered else ""


def _memory(way: Way) -> Memory:
    return Memory(way.host.store, way.conversation)
