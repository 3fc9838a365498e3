"""Deliver a reply to Slack: once as far as Slack lets us know, whole, and within its limits.

A reply of several messages goes on where it broke off: how many have gone is noted after each. Where the last send is
in doubt, the thread is looked through for messages of this reply first. What one person alone sees cannot be looked up,
and without the scope for history nothing can: there a message in doubt is sent again.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from adapters.slack import ids
from adapters.slack.auth.clients import Clients, NotInstalled
from adapters.slack.auth.rotation import error_word
from adapters.slack.outbound import live, progress, stream
from adapters.slack.outbound.arrived import arrived, begun
from adapters.slack.outbound.errors import SHUT_OUT, outcome, word_of
from adapters.slack.outbound.send import TRIES, Paused, Way, direct, instead, send, share, shown, way_of
from adapters.slack.render.controls import BY_COMMAND, HERE, Face
from adapters.slack.render.messages import Message, Outgoing, Running, Upload, messages, streamable
from adapters.slack.reply_address import unpacked
from adapters.slack.retry import status_of
from bot.chat.controls import sealing
from bot.chat.reply import Reply, Text
from bot.platform.port import Delivered, Delivery, PlatformContext, Rejected, RetryLater
from bot.platform.progress import note_of
from bot.store.errors import StoreError
from bot.store.memos import drop

log = logging.getLogger("advisor.slack")

SHUT = "shut out"
"""Note: the asker was told so."""
PAGE, PAGES = 200, 25
"""Messages of a thread that one look-up reads, and pages of them."""
TOGETHER = 10
"""Files of one message."""
MARGIN = 60.0
"""Seconds that Slack's clock may be behind ours."""


async def deliver(
    delivery: Delivery, clients: Clients, host: PlatformContext, *, now: Callable[[], float] = time.time
) -> Delivered | RetryLater | Rejected:
    """Bring one reply to its conversation."""
    reply = delivery.what
    if not isinstance(reply, Reply):
        return Rejected("That is no reply, and nothing for Slack.")
    try:
        place = ids.place(delivery.conversation)
    except ValueError as error:
        return Rejected(str(error))
    try:
        client = await clients.client(place.workspace)
    except NotInstalled as error:
        return Rejected(str(error))
    except (ClientError, TimeoutError, StoreError):
        return RetryLater(in_doubt=delivery.in_doubt)
    way = way_of(client, clients.session(), host, delivery.conversation, delivery.key)
    way.to, way.via, way.now, way.aside = _alone(place, reply), unpacked(reply.via), now, reply.aside
    try:
        return await _deliver(way, reply, delivery.committed, in_doubt=delivery.in_doubt)
    except Paused as paused:
        return paused.later
    except StoreError:
        return RetryLater()
    except (SlackApiError, ClientError, TimeoutError, OSError) as error:
        return outcome(error)


def _alone(place: ids.Place, reply: Reply) -> str | None:
    """Return the one person who may see a reply; None where all who see the place may."""
    if place.person is not None:
        return place.person
    return ids.user_of(reply.to) if reply.to and not place.channel.startswith("D") else None


def face(host: PlatformContext, conversation: str, key: str, to: str | None) -> Face:
    """Return what a conversation looks like, with controls that only work there, and for `to` alone where it is set."""
    where = ids.place(conversation)
    seal = sealing(host.vault, conversation, key, ids.author(where.workspace, to) if to else None)
    own = host.knowledge.addresses
    typed = BY_COMMAND if where.person else HERE
    return Face(conversation, seal, own, typed)


async def _deliver(
    way: Way, reply: Reply, committed: datetime | None, *, in_doubt: bool
) -> Delivered | RetryLater | Rejected:
    if reply.restores:
        await live.restore(way)
        return Delivered()
    looks = face(way.host, way.conversation, way.key, way.to)
    out = messages(reply.parts, looks)
    if reply.beside:
        told = [_notice(each, looks) for each in reply.amends] if reply.amends else []
        await live.put(way, out, (told[0], told[1]) if told else None)
        return Delivered()
    if reply.live:
        await live.end(way, reply.answered)
    markdown = None if reply.over else streamable(reply.parts, looks)
    if markdown is not None and len(out) == 1 and isinstance(out[0], Message) and stream.wanted(way, markdown):
        answer = stream.Answer(markdown, out[0])
        open = await stream.begun(way)
        if open is None and in_doubt:
            open = begun(markdown, await _listed(way, committed), committed)
        if open is not None:
            said = await stream.finish(way, answer, open)
        else:
            said = None if in_doubt else await stream.stream(way, answer)
        if said is not None:
            return said
    return await _parts(way, out, committed, in_doubt=in_doubt, stands=reply.live, over=reply.over)


def _notice(words: str, looks: Face) -> Message:
    """Return a notice as it stands in a message."""
    said = messages([Text(markdown=words, voice="notice")], looks) if words else []
    return next((each for each in said if isinstance(each, Message)), Message((), ""))


def _together(out: Sequence[Outgoing]) -> list[Message | Running | list[Upload]]:
    """Return the same with files that follow one another put into one message; a picture has its own."""
    gathered: list[Message | Running | list[Upload]] = []
    for each in out:
        last = gathered[-1] if gathered else None
        if not isinstance(each, Upload):
            gathered.append(each)
        elif isinstance(last, list) and len(last) < TOGETHER and not each.alt and not last[-1].alt:
            last.append(each)
        else:
            gathered.append([each])
    return gathered


async def _parts(
    way: Way, given: Sequence[Outgoing], committed: datetime | None, *, in_doubt: bool, stands: bool, over: str
) -> Delivered | RetryLater | Rejected:
    """Send all messages that have not gone yet, in order; the first in the place of the progress that is over."""
    out = _together(given)
    name = f"sent {way.key}"
    gone, began, failed = _read(await way.noted(name)) if in_doubt or len(out) > 1 else (0, None, 0)
    there: dict[int, str] = {}
    if in_doubt and way.to is None:
        since = datetime.fromtimestamp(began, UTC) if began else committed
        there = arrived(out, await _listed(way, since), way.key, committed)
    for part, each in enumerate(out):
        if stands and part in there and isinstance(each, Message):
            await live.begin(way, await shown(way, each, part), way.place.channel, there[part])
        if part < gone or (part in there and not isinstance(each, Running)):
            continue
        started, tries = way.now(), failed if part == gone else 0
        try:
            if isinstance(each, Running):
                await _found(way, each, there.get(part))
                said = await progress.show(way, each, part)
                if not isinstance(said, Delivered):
                    return said
            elif isinstance(each, list):
                await _shared(way, each, part, tries)
            else:
                put = await progress.over(way, over, each, part) if over and not part else None
                sent = put or await send(way, each, part)
                if stands and sent is not None:
                    await live.begin(way, await shown(way, each, part), *sent)
        except (SlackApiError, ClientError, TimeoutError, OSError, Paused) as error:
            said = error.later if isinstance(error, Paused) else outcome(error)
            if isinstance(said, RetryLater) and (part or said.in_doubt):
                # What came before this part is known; from when on to look for this one is too.
                await way.note(name, f"{part} {started:.3f} {tries + said.in_doubt}")
            if way.to is None and isinstance(error, SlackApiError) and (why := SHUT_OUT.get(error_word(error))):
                await _say_shut_out(way, why)
            return said
        if part + 1 < len(out):
            await way.note(name, f"{part + 1} {started:.3f}")
    if over:
        try:
            await progress.clear(way, over, there.get(0))
        except (SlackApiError, ClientError, TimeoutError) as error:
            await way.note(name, f"{len(out)} {way.now():.3f}")
            said = outcome(error)
            return RetryLater(said.seconds) if isinstance(said, RetryLater) else Delivered()
    if len(out) > 1 or gone or began:
        await drop(way.host.store.connection, way.conversation, name)
    return Delivered()


async def _say_shut_out(way: Way, why: str) -> None:
    """Tell who asked once, where they take direct messages, why nobody is answered there."""
    if way.via is None or way.place.channel.startswith("D") or await way.noted(SHUT):
        return
    await way.note(SHUT, "told")
    sentence = f"I cannot answer in <#{way.place.channel}>: {why}, or ask me elsewhere."
    shown: dict[str, Any] = {"type": "context", "elements": [{"type": "mrkdwn", "text": sentence, "verbatim": True}]}
    try:
        dm = await direct(way, way.via.user)
        await way.client.chat_postMessage(channel=dm, text=sentence, blocks=[shown])
    except (SlackApiError, ClientError, TimeoutError) as error:
        log.info("Nobody could be told why there is no answer (%s).", word_of(error))


async def _shared(way: Way, uploads: Sequence[Upload], part: int, failed: int) -> None:
    """Share files; where Slack does not take them, say so, since what follows matters more."""
    try:
        await share(way, uploads, part)
    except (SlackApiError, ClientError, TimeoutError, OSError) as error:
        said = outcome(error)
        if isinstance(said, RetryLater) and (not said.in_doubt or failed + 1 < TRIES):
            raise
        log.warning("Slack does not take a file (%s); it is told of in words.", word_of(error))
        await send(way, instead(uploads), part)


async def _found(way: Way, running: Running, ts: str | None) -> None:
    """Note the message of a progress that was sent although nobody heard so."""
    name = note_of(running.id)
    if ts and await way.noted(name) is None:
        await way.note(name, str(progress.Shown(0.0, running.done, way.place.channel, ts)))


def _read(noted: str | None) -> tuple[int, float | None, int]:
    """Return how many parts have gone, when the next was begun, and how often it failed."""
    count, began, failed, *_ = [*(noted or "").split(" "), "", ""]
    return (int(count), float(began), int(failed or 0)) if count.isdigit() and began else (0, None, 0)


async def _listed(way: Way, since: datetime | None) -> list[Mapping[str, Any]]:
    """Return the messages of the thread since a time.

    Empty also where it cannot be told: no scope for history, or a page beyond a limit of one request a minute.
    """
    found: list[Mapping[str, Any]] = []
    cursor = ""
    for page in range(PAGES):
        try:
            said = await way.client.conversations_replies(
                channel=way.place.channel,
                ts=way.place.thread or "",
                include_all_metadata=True,
                limit=PAGE,
                oldest=f"{since.timestamp() - MARGIN:.6f}" if since else None,
                cursor=cursor or None,
            )
        except SlackApiError as error:
            again = outcome(error)
            if isinstance(again, RetryLater) and not page:
                raise Paused(RetryLater(again.seconds)) from None
            if status_of(error) != 429:
                log.info("A message in doubt cannot be looked up; it is sent again.")
            return found
        data: Mapping[str, Any] = said.data
        after: Mapping[str, Any] = data.get("response_metadata") or {}
        found += data.get("messages") or ()
        cursor = str(after.get("next_cursor") or "")
        if not cursor:
            break
    return found
