"""Deliver a reply to Discord: once as far as Discord lets us know, whole, and within its limits.

Each message carries a nonce of the reply's key, by which Discord refuses a second one for some minutes. A reply of
several messages goes on where it broke off: how many have gone is noted after each. Where the last send is in doubt,
the channel is looked through for this reply first. What an interaction's token brings cannot be looked up: there a
follow-up in doubt is sent again.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from discord import HTTPException

from adapters.discord import ids
from adapters.discord.outbound import live, progress
from adapters.discord.outbound.arrived import arrived
from adapters.discord.outbound.errors import CLOSED, FAILURES, LOCKED, NOT_ALLOWED, code_of, outcome
from adapters.discord.outbound.route import Way, Where
from adapters.discord.outbound.send import IN_DM, IN_PUBLIC, end_waiting, send, to_person
from adapters.discord.outbound.threads import room
from adapters.discord.render.controls import Face, text
from adapters.discord.render.markup import small
from adapters.discord.render.messages import Message, Outgoing, Running, messages
from adapters.discord.reply_address import unpacked
from adapters.discord.rest import Rest
from bot.chat.controls import sealing
from bot.chat.reply import Reply, Text
from bot.platform.port import Delivered, Delivery, PlatformContext, Rejected, RetryLater
from bot.platform.progress import note_of
from bot.store.errors import StoreError
from bot.store.memos import drop

log = logging.getLogger("advisor.discord")

_LOCKED = "the thread is locked. Unlock it"
_REFUSED = "I may not write there. Let somebody who manages the server allow me to"
SHUT_OUT = {**dict.fromkeys(LOCKED, _LOCKED), **dict.fromkeys(NOT_ALLOWED, _REFUSED)}
"""Why nobody is answered in a place, by Discord's code."""
SHUT = "shut out"
"""Note: the asker was told so."""
PAGE = 100
"""Messages of a channel that a look-up reads."""


async def deliver(
    delivery: Delivery, rest: Rest, host: PlatformContext, *, now: Callable[[], float] = time.time
) -> Delivered | RetryLater | Rejected:
    """Bring one reply to its conversation."""
    reply = delivery.what
    if not isinstance(reply, Reply):
        return Rejected("That is no reply, and nothing for Discord.")
    try:
        place = ids.place(delivery.conversation)
    except ValueError as error:
        return Rejected(str(error))
    alone = reply.to and not place.direct and not reply.aside
    to = place.person or (ids.user_of(reply.to) if reply.to and alone else None)
    way = Way(rest, host, delivery.conversation, place, delivery.key, to, unpacked(reply.via), now, reply.aside)
    try:
        if reply.restores:
            await live.restore(way)
            return Delivered()
        looks = face(host, delivery.conversation, delivery.key, to)
        if reply.beside:
            plain = replace(looks, continues=False)
            told = [_notice(each, plain) for each in reply.amends] if reply.amends else []
            await live.put(way, messages(reply.parts, plain), (told[0], told[1]) if told else None)
            return Delivered()
        out = messages(reply.parts, looks)
        if reply.live:
            await live.end(way, reply.answered)
        there = await _arrived(way, out, delivery.committed) if delivery.in_doubt and way.to is None else {}
        said = await _parts(way, out, there, in_doubt=delivery.in_doubt, stands=reply.live, over=reply.over)
        if isinstance(said, Delivered):
            await end_waiting(way, IN_PUBLIC if way.to is None else IN_DM)
        return said
    except StoreError:
        return RetryLater()
    except FAILURES as error:
        return outcome(error)


def face(host: PlatformContext, conversation: str, key: str, to: str | None) -> Face:
    """Return what a conversation looks like, with controls that only work there, and for `to` alone where it is set."""
    place = ids.place(conversation)
    seal = sealing(host.vault, conversation, key, ids.author(place.guild, to) if to else None)
    own = host.knowledge.addresses
    if place.direct:
        return Face(seal, own)
    if to:
        return Face(seal, own, "Or press Continue to answer in your own words.", continues=True)
    if host.settings.discord_message_content:
        return Face(seal, own, "Or reply with your answer.")
    return Face(seal, own, "Or press Continue, or reply to this message, to answer in your own words.", continues=True)


def _notice(words: str, looks: Face) -> Message:
    """Return a notice as it stands in a message."""
    said = messages([Text(markdown=words, voice="notice")], looks) if words else []
    return next((each for each in said if isinstance(each, Message)), Message((), ""))


async def _parts(
    way: Way, out: Sequence[Outgoing], there: Mapping[int, Where], *, in_doubt: bool, stands: bool, over: str
) -> Delivered | RetryLater | Rejected:
    """Send all messages that have not gone yet, in order; the first in the place of the progress that is over."""
    name = f"sent {way.key}"
    held = await way.noted(name) if in_doubt or len(out) > 1 else None
    gone = int(held) if held and held.isdigit() else 0
    for part, each in enumerate(out):
        if stands and part in there and isinstance(each, Message):
            await live.begin(way, each, there[part])
        if over and part == 0 and part in there:
            await progress.is_over(way, over)
        if part < gone or (part in there and not isinstance(each, Running)):
            continue
        try:
            if isinstance(each, Running):
                await _found(way, each, there.get(part))
                said = await progress.show(way, each, part)
                if not isinstance(said, Delivered):
                    return said
            else:
                put = await progress.over(way, over, each) if over and not part else None
                sent = put or await send(way, each, part)
                if stands:
                    await live.begin(way, each, sent)
        except FAILURES as error:
            if way.to is None and (why := SHUT_OUT.get(code_of(error))):
                await _say_shut_out(way, why)
            return outcome(error)
        if part + 1 < len(out):
            await way.note(name, str(part + 1))
    if len(out) > 1 or gone:
        await drop(way.host.store.connection, way.conversation, name)
    return Delivered()


async def _arrived(way: Way, out: Sequence[Outgoing], since: datetime | None) -> dict[int, Where]:
    """Return the parts of this reply that are there already; none where it cannot be told."""
    where = await room(way)
    try:
        listed: Sequence[Mapping[str, Any]] = await way.rest.call(
            "GET", "/channels/{channel_id}/messages", query={"limit": PAGE}, channel_id=where.channel
        )
        me = await way.rest.me()
    except HTTPException as error:
        if isinstance(outcome(error), RetryLater):
            raise
        log.info("A message in doubt cannot be looked up; its nonce has to do.")
        return {}
    return {part: Where(where.channel, id) for part, id in arrived(out, listed, me, since).items()}


async def _found(way: Way, running: Running, where: Where | None) -> None:
    """Note the message of a progress that was sent although nobody heard so."""
    name = note_of(running.id)
    if where and await way.noted(name) is None:
        await way.note(name, str(progress.Shown(0.0, running.done, where)))


async def _say_shut_out(way: Way, why: str) -> None:
    """Tell who asked once, where they take direct messages, why nobody is answered there."""
    if way.via is None or await way.noted(SHUT):
        return
    await way.note(SHUT, "told")
    sentence = f"I cannot answer in <#{way.via.parent or way.place.channel}>: {why}, or ask me elsewhere."
    try:
        await to_person(way, Message((text(small(sentence)),), sentence), 0, way.via.user)
    except FAILURES as error:
        if code_of(error) not in CLOSED:
            log.info("Nobody could be told why there is no answer (%s).", type(error).__name__)
