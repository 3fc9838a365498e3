"""Where a conversation that all can see is held: its thread, opened from the mention, or else the channel itself."""

import asyncio
from dataclasses import dataclass
from typing import Any

from discord import HTTPException

from adapters.discord.outbound.errors import FAILURES
from adapters.discord.outbound.route import Way
from adapters.discord.permissions import SEND_IN_THREADS, in_channel
from adapters.discord.render.limits import THREAD
from adapters.discord.render.markup import label

NOTE = "thread"
"""`<thread> <its channel>` where we opened it, `none <channel>` where the channel is answered in."""
UNTOLD = "untold"
"""Nobody was told yet why the channel is answered in."""
NO_THREADS = "I may not open a thread here, so I answer in the channel. Reply to what I say to go on."
TITLE = "Should we finetune?"
GONE, EXISTS, NO_CHANNEL = 10008, 160004, 10003
"""Of the message; of the thread; of the channel."""


@dataclass(frozen=True)
class Room:
    """A channel or thread to post to."""

    channel: str
    reply_to: str | None = None
    """The message that everything replies to, where the channel is answered in: so replies lead back."""
    untold: bool = False


async def room(way: Way) -> Room:
    """Return where to post, the thread opened if it has to be. Raises as `Rest.call` does."""
    place = way.place
    if place.direct or place.person:
        return Room(place.channel)
    first, *rest = (await way.noted(NOTE) or "").split() or [""]
    if first == "none" and rest:
        return Room(rest[0], place.channel, UNTOLD in rest)
    parent = way.via.parent if way.via else None
    if way.aside and parent is not None:
        return Room(parent, place.channel)
    if first or parent is None or parent == place.channel:
        return Room(place.channel)
    return await _opened(way, parent)


async def leave_thread(way: Way) -> Room | None:
    """Return the channel to answer in, where we opened the thread ourselves; None where we did not.

    It is noted with `told`: who is shut out of the channel too comes back to the thread.
    """
    thread, _, parent = (await way.noted(NOTE) or "").partition(" ")
    return Room(parent, way.place.channel, untold=True) if thread.isdigit() and parent else None


async def told(way: Way, where: Room) -> None:
    """Remember that it was said why the channel is answered in."""
    await way.note(NOTE, f"none {where.channel}")


async def _may_write(way: Way, parent: str) -> bool:
    """Tell whether we may write in threads of a channel; True also where that cannot be told."""
    if way.via and way.via.writes:
        return True  # where that has changed since, Discord says so
    look_up, me = way.rest.look_up, await way.rest.me()
    try:
        guild, member, channel = await asyncio.gather(
            look_up("/guilds/{guild_id}", guild_id=way.place.guild),
            look_up("/guilds/{guild_id}/members/{user_id}", guild_id=way.place.guild, user_id=me),
            look_up("/channels/{channel_id}", channel_id=parent),
        )
    except FAILURES:
        return True  # it is tried, and Discord says so
    return bool(in_channel(guild, member, channel) & SEND_IN_THREADS)


async def _opened(way: Way, parent: str) -> Room:
    if not await _may_write(way, parent):
        return await _in_channel(way, parent, untold=True)
    name = label((way.via and way.via.title) or TITLE, THREAD)
    path = "/channels/{channel_id}/messages/{message_id}/threads"
    try:
        said: Any = await way.rest.call(
            "POST", path, json={"name": name}, channel_id=parent, message_id=way.place.channel
        )
        thread = str(said["id"])
    except HTTPException as error:
        if error.code in (NO_CHANNEL,) or error.status in (401, 429) or error.status >= 500:
            raise
        if error.code != EXISTS:
            return await _in_channel(way, parent, untold=error.code != GONE)
        thread = way.place.channel  # a thread bears the id of the message that it was opened from
    await way.note(NOTE, f"{thread} {parent}")
    return Room(thread)


async def _in_channel(way: Way, parent: str, *, untold: bool) -> Room:
    await way.note(NOTE, f"none {parent} {UNTOLD}" if untold else f"none {parent}")
    return Room(parent, way.place.channel, untold)
