"""One message to where a conversation is held: into its thread, or to one person alone."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession
from slack_sdk.errors import SlackApiError

from adapters.slack import files, ids
from adapters.slack.auth.rotation import error_word
from adapters.slack.ids import Place
from adapters.slack.outbound.errors import BLOCKS, UNSEEN, outcome, refused_with, word_of
from adapters.slack.render import markup
from adapters.slack.render.limits import FALLBACK, SECTION, short
from adapters.slack.render.messages import Message, Upload
from adapters.slack.reply_address import NOT_SLACKS, Via, address, is_slacks
from adapters.slack.retry import seconds_of
from bot.platform.live import Live
from bot.platform.port import PlatformContext, RetryLater
from bot.store.errors import StoreError
from bot.store.memos import note, noted
from bot.text.split import split

log = logging.getLogger("advisor.slack")

EVENT = "advisor_reply"
"""Type of the metadata that says which reply a message belongs to."""
PAUSES = (0.0, 0.3, 0.7, 1.5, 3.0)
"""Seconds before each try to show a picture that Slack may still be processing."""
TRIES = 3
"""Deliveries in which Slack may fail to take a file, before words stand in for it."""
USES = 4
"""Answers at one response address; Slack takes five, and one is left for what was pressed."""
USES_BESIDE = 2
"""The same where it is kept for a progress that took the place of what was pressed: changed once, and deleted."""


class Paused(Exception):
    """Say that Slack wants to be left alone for a while; `later` is what the delivery comes to."""

    def __init__(self, later: RetryLater):
        super().__init__()
        self.later = later


@dataclass
class Way:
    """How one reply gets to its conversation."""

    client: Any
    """An AsyncWebClient, whose own types are partly unknown."""
    session: ClientSession
    host: PlatformContext
    conversation: str
    place: Place
    key: str
    to: str | None = None
    """Slack's id of the one person who may see it."""
    via: Via | None = None
    now: Callable[[], float] = time.time
    aside: bool = False
    """True where no thread is opened for it."""
    dm: str | None = field(default=None, init=False)
    live: Live | None = field(default=None, init=False)
    """What stands open in the conversation, once what was live before has ended."""
    replaced: bool = field(default=False, init=False)
    """True once a message took the place of the one whose press it answers."""

    async def noted(self, name: str) -> str | None:
        return await noted(self.host.store.connection, self.conversation, name)

    async def note(self, name: str, value: str) -> None:
        await note(self.host.store.connection, self.conversation, name, value, self.host.store.keep)

    def metadata(self, part: int, *, more: bool = False) -> dict[str, Any]:
        """Return what says which part of which reply a message is; `more` where that part goes on in the next."""
        payload = {"key": self.key, "part": part, **({"more": True} if more else {})}
        return {"event_type": EVENT, "event_payload": payload}


async def send(way: Way, message: Message, part: int, *, elsewhere: bool = True) -> tuple[str, str] | None:
    """Send a message; returns (channel, ts) of one that can be changed later. Raises as the client does, and Paused.

    What one person alone may see goes to their DM where it cannot be shown in its place; unless not `elsewhere`, then
    nothing is sent.
    """
    if message.pictures:
        return await _illustrated(way, message, part)
    if way.to is None:
        return await _post(way, message, part, way.place.channel, way.place.thread)
    if await _respond(way, message):
        return None
    try:
        await _whisper(way, message, way.to)
        return None
    except SlackApiError as error:
        if error_word(error) not in UNSEEN:
            raise
    return await _post(way, message, part, await direct(way, way.to), None) if elsewhere else None


async def _illustrated(way: Way, message: Message, part: int) -> tuple[str, str] | None:
    """Send a message with its pictures in it; where Slack does not let them be shown there, beside it or in words."""
    words = message.showing(())
    if way.to is None:
        files_ = await _uploaded(way, message.pictures, part)
        for pause in PAUSES if files_ else ():
            await asyncio.sleep(pause)
            try:
                return await _blocks(way, message.showing(files_), part, way.place.channel, way.place.thread)
            except SlackApiError as error:
                if error_word(error) not in BLOCKS:
                    raise
        said = instead(message.pictures)
        return await send(way, Message((*words.blocks, *said.blocks), f"{words.words}\n\n{said.words}"), part)
    sent = await send(way, words, part) if words.blocks else None
    try:
        await share(way, message.pictures, part)
    except (SlackApiError, ClientError, TimeoutError, OSError) as error:
        log.warning("Slack does not take a picture (%s); it is told of in words.", word_of(error))
        await send(way, instead(message.pictures), part)
    return sent


async def shown(way: Way, message: Message, part: int) -> Message:
    """Return a message that was sent as it is shown, with the pictures that it was given."""
    if not message.pictures:
        return message
    held = (await way.noted(f"pictures {way.key}.{part}") or "-").split()
    return message.showing([] if held[0] == "-" else held)


async def _uploaded(way: Way, pictures: Sequence[Upload], part: int) -> list[str]:
    """Return the ids of pictures, uploaded once for nobody to see yet; none where Slack does not take them.

    Raises while it may still take them.
    """
    name = f"pictures {way.key}.{part}"
    held = (await way.noted(name) or "").split()
    failed = int(held[1]) if held[:1] == ["-"] and held[-1].isdigit() else 0
    if held and not failed:
        return held
    sent = [files.Sent(each.name, each.data or b"\n", each.title, each.alt) for each in pictures]
    try:
        made = await files.upload(way.client, way.session, sent)
    except (SlackApiError, ClientError, TimeoutError, OSError) as error:
        said = outcome(error)
        if isinstance(said, RetryLater) and (not said.in_doubt or failed + 1 < TRIES):
            await way.note(name, f"- {failed + said.in_doubt}")
            raise
        log.warning("Slack does not take a picture (%s); it is told of in words.", word_of(error))
        return []
    await way.note(name, " ".join(made))
    return made


async def share(way: Way, uploads: Sequence[Upload], part: int) -> None:
    """Share files in one message; with one person in their DM, since none can be shown to one person of a channel."""
    channel, thread = way.place.channel, way.place.thread
    if way.to is not None:
        channel, thread = await direct(way, way.to), None
    sent = [
        files.Sent(files.stored_as(each.name, way.key, part), each.data or b"\n", each.title, each.alt)
        for each in uploads
    ]
    await files.upload(way.client, way.session, sent, channel=channel, thread=thread)
    if way.to is not None and channel != way.place.channel:
        said = _where(uploads)
        context = {"type": "context", "elements": [{"type": "plain_text", "text": said[:1500], "emoji": False}]}
        try:
            await send(way, Message((context,), said), part)
        except (SlackApiError, ClientError, TimeoutError, Paused) as error:
            # The DM itself tells of the files; to send them once more for this would be worse.
            log.info("It could not be said where a file is (%s).", type(error).__name__)


def instead(uploads: Sequence[Upload]) -> Message:
    """Return what is said where files cannot be shared."""
    lines = [
        f"The picture could not be shown: {each.alt}" if each.alt else f"The file {each.title} could not be shared."
        for each in uploads
    ]
    words = "\n".join(lines)
    shown = {"type": "plain_text", "text": short(markup.inert(words), SECTION), "emoji": False}
    return Message(({"type": "section", "text": shown},), words)


def _where(uploads: Sequence[Upload]) -> str:
    """Say that files are in the DM."""
    if len(uploads) == 1 and uploads[0].alt:
        return f"I have put the picture into our direct messages: {uploads[0].alt}"
    return f"I have put {', '.join(each.title for each in uploads)} into our direct messages."


async def direct(way: Way, user: str) -> str:
    """Return the channel of the DM with a person."""
    if way.dm is None:
        opened: Mapping[str, Any] = (await way.client.conversations_open(users=user))["channel"]
        way.dm = str(opened["id"])
    return way.dm


def in_words(message: Message) -> list[str]:
    """Return a message without blocks, in texts that are short enough; already escaped."""
    return split(markup.escaped(message.words), FALLBACK) or ["…"]


async def _blocks(way: Way, message: Message, part: int, channel: str, thread: str | None) -> tuple[str, str]:
    said = await way.client.chat_postMessage(
        text=message.text,
        blocks=list(message.blocks),
        metadata=way.metadata(part),
        **_fixed(channel, thread),
    )
    return channel, str(said["ts"])


def _fixed(channel: str, thread: str | None) -> dict[str, Any]:
    return {"channel": channel, "thread_ts": thread, "unfurl_links": False, "unfurl_media": False}


async def _post(way: Way, message: Message, part: int, channel: str, thread: str | None) -> tuple[str, str]:
    fixed = _fixed(channel, thread)
    try:
        return await _blocks(way, message, part, channel, thread)
    except SlackApiError as error:
        if error_word(error) not in BLOCKS:
            raise
        _say_why(error)
    ts = ""
    texts = in_words(message)
    for number, text in enumerate(texts, 1):
        # Neither styles nor links: it is somebody's words as they are.
        marked = way.metadata(part, more=number < len(texts))
        said = await way.client.chat_postMessage(text=text, metadata=marked, mrkdwn=False, parse="none", **fixed)
        ts = str(said["ts"])
    return channel, ts


async def _whisper(way: Way, message: Message, user: str) -> None:
    # In a thread that nobody opened it would not show.
    first = way.via is not None and f"{way.via.at:.6f}" == way.place.thread
    thread = None if way.aside and first else way.place.thread
    fixed: dict[str, Any] = {"channel": way.place.channel, "user": user, "thread_ts": thread}
    try:
        await way.client.chat_postEphemeral(text=message.text, blocks=list(message.blocks), **fixed)
    except SlackApiError as error:
        if error_word(error) not in BLOCKS:
            raise
        _say_why(error)
        for text in in_words(message):
            await way.client.chat_postEphemeral(text=text, parse="none", **fixed)


async def _respond(way: Way, message: Message) -> bool:
    """Answer at the response address of the last event; False where there is none that still takes it.

    It comes first: it also reaches people in channels that the app is no member of.
    """
    url = address(way.via, way.now())
    if url is None or (way.via and way.via.user != way.to):
        return False
    mark = hashlib.sha256(url.encode()).hexdigest()[:16]
    held, _, count = (await _known(way) or "").partition(" ")
    used = int(count) if held == mark and count.isdigit() else 0
    most = USES_BESIDE if way.via and way.via.ends else USES
    bodies: list[dict[str, Any]] = [{"text": message.text, "blocks": list(message.blocks)}]
    replaces = bool(way.via and way.via.ends) and not used
    while bodies and used < most:
        used += 1
        await _remember(way, f"{mark} {used}")
        status, said, wait = await tell(way, url, bodies[0], replaces=replaces)
        why = refused_with(status, said)
        if not why:
            bodies.pop(0)
            way.replaced |= replaces
            replaces = False
        elif status == 429:
            await _remember(way, f"{mark} {used - 1}")
            raise Paused(RetryLater(wait, in_doubt=False))
        elif status >= 500:
            raise Paused(RetryLater())
        elif "blocks" in bodies[0] and why in BLOCKS:
            log.warning("Slack refused the blocks of a message (%s); it is sent as plain text.", why)
            bodies = [{"text": text} for text in in_words(message)]
        else:
            log.info("A response address takes no more (%s); another way is taken.", why)
            await _remember(way, f"{mark} {USES}")
            return False
    return not bodies


async def _known(way: Way) -> str | None:
    try:
        return await way.noted("address")
    except StoreError:
        return None


async def _remember(way: Way, value: str) -> None:
    """Note how often an address was used; without it Slack refuses the sixth, and another way is taken."""
    try:
        await way.note("address", value)
    except StoreError:
        log.debug("The store did not take a note.")


async def tell(way: Way, url: str, body: dict[str, Any], *, replaces: bool) -> tuple[int, str, float]:
    """Post to a response address; `replaces` where it takes the place of what was pressed. Returns what Slack says:
    status, body, and seconds to wait where it is 429.
    """
    fixed: dict[str, Any] = {"response_type": "ephemeral", "replace_original": replaces}
    if way.place.thread:
        fixed["thread_ts"] = way.place.thread
    if not is_slacks(url, way.host.settings.slack_api_url):
        return 403, NOT_SLACKS, 0.0
    async with way.session.post(url, json={**body, **fixed}, allow_redirects=False) as answer:
        return answer.status, (await answer.text())[:2000], seconds_of(answer.headers.get("Retry-After"))


def _say_why(error: SlackApiError) -> None:
    # Slack's word and nothing of the message, which is somebody's words.
    log.warning("Slack refused the blocks of a message (%s); it is sent as plain text.", error_word(error))


def way_of(client: Any, session: ClientSession, host: PlatformContext, conversation: str, key: str) -> Way:
    """Return the way to a conversation; ValueError where it is none of Slack's."""
    return Way(client, session, host, conversation, ids.place(conversation), key)


__all__ = ["EVENT", "Paused", "Way", "direct", "in_words", "instead", "send", "share", "shown", "tell", "way_of"]
