"""The one live message on Discord: as a new one is posted, the one before keeps its words and loses its controls."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from discord import HTTPException

from adapters.discord.outbound.errors import outcome
from adapters.discord.outbound.route import Way, Where
from adapters.discord.outbound.send import change
from adapters.discord.render import markup
from adapters.discord.render.ended import ended, of_live
from adapters.discord.render.messages import Message, Outgoing, fits, noticed, readdressed, walk
from bot.platform.live import Memory, Shown
from bot.platform.port import RetryLater

log = logging.getLogger("advisor.discord")


async def end(way: Way, answered: str) -> None:
    """Take the controls from the message that was live before this reply. Raises as `Rest.call` does."""

    async def show(shown: Shown, pressed: bool) -> None:
        line = markup.small(markup.markdown(answered)) if answered and not pressed else ""
        await _show(way, replace(shown, body=ended(shown.body, line)))

    way.live = await _memory(way).end(way.key, show)


async def put(way: Way, messages: Sequence[Outgoing], amends: tuple[Message, Message] | None = None) -> None:
    """Show something on the live message, in the place of what was put there before; nothing where none stands open.

    `amends` is what the message says, and what it is to say in the place of that for good. Raises as `Rest.call` does.
    """
    memory = _memory(way)
    live = await memory.live()
    if live is None or not live.key or await memory.left(live.shown[-1]):
        return  # what was pressed is said anew in a moment
    last = live.shown[-1]
    if amends is not None:
        last = _amended(last, *amends)
        await memory.begin(live.key, last, live)
    said = [each for each in messages if isinstance(each, Message)]
    if last.channel != way.place.channel:
        said = [readdressed(each, way.conversation) for each in said]
    components = (*last.body, *(component for each in said for component in each.components))
    if fits(components):
        await _show(way, replace(last, body=[*components]))


async def restore(way: Way) -> None:
    """Show again what a press that was refused took away. Raises as `Rest.call` does."""
    for shown in await _memory(way).restore():
        await _show(way, shown)


async def _show(way: Way, shown: Shown) -> None:
    try:
        await change(way, Where(shown.channel, shown.message), Message(tuple(shown.body), ""))
    except HTTPException as error:
        if isinstance(outcome(error), RetryLater):
            raise
        log.info("The live message could not be changed (code %s).", error.code)


def _amended(shown: Shown, was: Message, is_: Message) -> Shown:
    """Return a message with other components in the place of some of its own; unchanged where it has none of those."""
    old, body = list(was.components), shown.body
    at = next((n for n in range(len(body)) if old and body[n : n + len(old)] == old), None)
    return shown if at is None else replace(shown, body=[*body[:at], *is_.components, *body[at + len(old) :]])


async def begin(way: Way, message: Message, where: Where) -> None:
    """Remember a message as live, where it has controls that end with it, and can be reached later."""
    if where.channel.startswith("@") or not any(of_live(each) for each in walk(message.components)):
        return
    if where.channel != way.place.channel:
        message = readdressed(message, way.conversation)
    if where.notice:
        message = noticed(message, where.notice) or message
    shown = Shown(where.channel, where.message, [*message.components])
    way.live = await _memory(way).begin(way.key, shown, way.live)


def _memory(way: Way) -> Memory:
    return Memory(way.host.store, way.conversation)
