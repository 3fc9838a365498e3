"""One message to where a conversation is held: into its thread, to one person alone, or to the nearest that works."""

import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from discord import HTTPException

from adapters.discord.outbound.errors import BAD_BODY, FILES, NO_HISTORY, NOT_ALLOWED, SPENT, TOO_LARGE
from adapters.discord.outbound.route import Way, Where
from adapters.discord.outbound.threads import NO_THREADS, Room, leave_thread, room, told
from adapters.discord.render.controls import text
from adapters.discord.render.limits import COMPONENTS_V2, CONTENT, EPHEMERAL, SUPPRESS_EMBEDS, Json, units
from adapters.discord.render.messages import Message, noticed, readdressed, without_files
from adapters.discord.reply_address import Via, fresh
from adapters.discord.rest import Upload, described
from bot.text.split import split

log = logging.getLogger("advisor.discord")

FOLLOW_UPS = 5
"""Follow-ups to one interaction where the app is installed for the person only."""
ADDRESS = "address"
"""Note: which interaction was answered, and how often."""
PRIVATELY = "I answer that where only you see it."
IN_PUBLIC = "I have answered where all can see it."
IN_DM = "I have answered in our direct messages."
POST, WEBHOOK = "/channels/{channel_id}/messages", "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL = f"{WEBHOOK}/messages/@original"
CLEARED: Json = {"content": None, "embeds": []}
"""What an edit says beside components: they cannot stand over plain words, which a message may have had."""

Put = Callable[[Json, Sequence[Upload], int], Awaitable[Any]]
"""Send one body with its files; the number says which of several texts it is."""


async def send(way: Way, message: Message, part: int) -> Where:
    """Send a message. Raises as `Rest.call` does."""
    where = await _respond(way, message)
    if where is not None:
        return where
    if way.to is not None:
        return await to_person(way, message, part, way.to)
    return await _to_room(way, message, part)


async def here(way: Way, message: Message, part: int) -> Where | None:
    """Send a message to its place and to no other; None where what one person may see cannot be shown there now."""
    return await send(way, message, part) if way.to is None else await _respond(way, message)


async def to_person(way: Way, message: Message, part: int, user: str) -> Where:
    """Send a message into the direct messages with a person; its buttons still mean the conversation."""
    channel = await way.direct(user)
    return await _post(way, readdressed(message, way.conversation), part, Room(channel))


async def change(way: Way, where: Where, message: Message, via: Via | None = None) -> bool:
    """Change a message; False where only a token reached it that is out of date. `via` has that token."""
    body = _edit(message)
    if not where.channel.startswith("@"):
        path = f"{POST}/{{message_id}}"
        at, id = where.channel, where.message
        await way.rest.call("PATCH", path, json=body, files=message.files, channel_id=at, message_id=id)
        return True
    via = via or way.via
    if via is None or not fresh(via, way.now()) or where.channel[1:] != _mark(via):
        return False
    path = f"{WEBHOOK}/messages/{{message_id}}"
    await _by_token(way, via, "PATCH", path, body, message.files, message_id=where.message)
    return True


async def end_waiting(way: Way, sentence: str) -> None:
    """Fill an answer that still "thinks" with a sentence, as the reply itself goes elsewhere."""
    via = way.via
    if via is None or not via.waiting or not fresh(via, way.now()) or await _used(way, via):
        return
    try:
        await _by_token(way, via, "PATCH", ORIGINAL, _edit(Message((text(sentence),), sentence)))
    except HTTPException as error:
        log.info("An answer that waited could not be filled (code %s).", error.code)
    await way.note(ADDRESS, f"{_mark(via)} 1")


async def _respond(way: Way, message: Message) -> Where | None:
    """Answer by the interaction's token; None where there is none that takes it.

    It comes first: it also reaches people where the bot is no member.
    """
    via = way.via
    if via is None or not fresh(via, way.now()):
        return None
    used = await _used(way, via)
    fills = (via.waiting or via.ends) and not used
    if way.to is None:
        if not fills or (via.private and not way.place.direct):
            return None
    elif via.user != way.to or (via.user_only and used >= FOLLOW_UPS + (via.waiting or via.ends)):
        return None
    elif fills and not via.private and not way.place.direct:
        # What others see must not be filled with what one person may see.
        await end_waiting(way, PRIVATELY)
        fills, used = False, 1
    flags = EPHEMERAL if way.to is not None and not way.place.direct else 0

    async def put(body: Json, files: Sequence[Upload], number: int) -> Any:
        if fills and not number:
            return await _by_token(way, via, "PATCH", ORIGINAL, {**CLEARED, **body}, files)
        return await _by_token(way, via, "POST", WEBHOOK, {**body, "flags": body["flags"] | flags}, files)

    try:
        said = await _as_it_goes(message, put)
    except HTTPException as error:
        if error.code not in SPENT and error.status != 401:
            raise
        await way.note(ADDRESS, f"{_mark(via)} {FOLLOW_UPS + 1}")
        return None
    await way.note(ADDRESS, f"{_mark(via)} {used + 1}")
    return Where(f"@{_mark(via)}", str(said["id"]))


async def _used(way: Way, via: Via) -> int:
    held, _, count = (await way.noted(ADDRESS) or "").partition(" ")
    return int(count) if held == _mark(via) and count.isdigit() else 0


async def _to_room(way: Way, message: Message, part: int) -> Where:
    where = await room(way)
    try:
        return await _in_room(way, message, part, where)
    except HTTPException as error:
        # A thread that we opened ourselves may be closed to us all the same.
        elsewhere = await leave_thread(way) if error.code in NOT_ALLOWED else None
        if elsewhere is None:
            raise
        return await _in_room(way, message, part, elsewhere)


async def _in_room(way: Way, message: Message, part: int, where: Room) -> Where:
    if where.reply_to is None:
        return await _post(way, message, part, where)
    message = readdressed(message, way.conversation)
    if not where.untold:
        return await _post(way, message, part, where)
    whole = noticed(message, NO_THREADS)
    if whole is None:
        await _post(way, Message((text(NO_THREADS),), NO_THREADS), part, where, "n")
    sent = await _post(way, whole or message, part, where)
    await told(way, where)
    return replace(sent, notice=NO_THREADS) if whole else sent


async def _post(way: Way, message: Message, part: int, where: Room, more: str = "") -> Where:
    reply: Json = {}
    if where.reply_to is not None:
        reply["message_reference"] = {"message_id": where.reply_to, "fail_if_not_exists": False}

    async def put(body: Json, files: Sequence[Upload], number: int) -> Any:
        nonce = way.nonce(part, more + (f"-{number:x}" if number else ""))
        sent = {**body, "nonce": nonce, "enforce_nonce": True}
        try:
            return await way.rest.call("POST", POST, json=sent | reply, files=files, channel_id=where.channel)
        except HTTPException as error:
            if error.code != NO_HISTORY or not reply:
                raise
            reply.clear()
        return await way.rest.call("POST", POST, json=sent, files=files, channel_id=where.channel)

    return Where(where.channel, str((await _as_it_goes(message, put))["id"]))


async def _as_it_goes(message: Message, put: Put) -> Any:
    """Send a message; without its files where those are refused, in plain words where its components are."""
    try:
        try:
            return await put(_body(message), message.files, 0)
        except HTTPException as error:
            if not message.files or (error.code not in FILES and error.status != TOO_LARGE):
                raise
            message = without_files(message)
            return await put(_body(message), (), 0)
    except HTTPException as error:
        if error.code != BAD_BODY:
            raise
        # Discord's code and nothing of the message, which is somebody's words.
        log.warning("Discord refused the components of a message (code %s); it is sent as plain text.", error.code)
    texts = split(message.words, CONTENT, length=units) or ["…"]
    said: Any = None
    for number, each in enumerate(texts):
        files = message.files if number + 1 == len(texts) else ()
        body: Json = {"content": each, "flags": SUPPRESS_EMBEDS, "allowed_mentions": _quiet()}
        said = await put(body | _attached(files), files, number)
    return said


def _body(message: Message) -> Json:
    shown: Json = {"components": [*message.components], "flags": COMPONENTS_V2, "allowed_mentions": _quiet()}
    return shown | _attached(message.files)


def _edit(message: Message) -> Json:
    return {**CLEARED, **_body(message)}


def _attached(files: Sequence[Upload]) -> Json:
    return {"attachments": described(files)} if files else {}


def _quiet() -> Json:
    """Nobody is called, whatever stands in a message."""
    return {"parse": [], "replied_user": False}


async def _by_token(
    way: Way, via: Via, method: str, path: str, body: Json | None = None, files: Sequence[Upload] = (), **ids: str
) -> Any:
    ids |= {"webhook_id": via.application or "", "webhook_token": via.token or ""}
    query = {"wait": "true"} if method == "POST" else {}
    call: Any = way.rest.call
    return await call(method, path, json=body, files=files, query=query, **ids)


def _mark(via: Via) -> str:
    """Return a name for an interaction that does not tell its token."""
    return hashlib.sha256((via.token or "").encode()).hexdigest()[:16]
