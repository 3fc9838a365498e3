"""Channels, threads and messages over REST."""

import contextlib
from typing import Any

from tests.fakes.discord import limits, messages, wire
from tests.fakes.discord import permissions as may
from tests.fakes.discord.core import Core
from tests.fakes.discord.intents import MESSAGE_CONTENT
from tests.fakes.discord.refusal import Refusal
from tests.fakes.discord.rest import Answer, Req, route
from tests.fakes.discord.world import ANNOUNCEMENT, DM, FORUM, TEXT, Channel, Json, Message

MINUTES = (60, 1440, 4320, 10080)


def channel_of(core: Core, req: Req, name: str = "channel_id") -> Channel:
    channel = core.channels.get(req.id(name))
    if channel is None or channel.deleted:
        raise Refusal(10003)
    messages.require(core, channel, 0)
    return channel


def message_of(core: Core, req: Req, channel: Channel) -> Message:
    message = core.messages.get(req.id("message_id"))
    # An ephemeral message is reached through its interaction only.
    if message is None or message.deleted or message.channel is not channel or message.ephemeral:
        raise Refusal(10008)
    return message


def shown(core: Core, message: Message) -> Json:
    """Return a message as the app may read it over REST: what counts is the portal's setting."""
    return core.redacted(message, core.wire(message), MESSAGE_CONTENT in core.privileged)


@route("POST", "/users/@me/channels")
def open_dm(core: Core, req: Req) -> Answer:
    found = core.users.get(int(req.json.get("recipient_id") or 0))
    if found is None or found is core.bot or found.webhook:
        raise Refusal(50035, "Invalid recipient", "recipient_id")
    return Answer(wire.channel_json(core.direct(found), core.bot))


@route("GET", "/channels/{channel_id}")
def channel(core: Core, req: Req) -> Answer:
    return Answer(wire.channel_json(channel_of(core, req), core.bot))


@route("PATCH", "/channels/{channel_id}")
def edit_channel(core: Core, req: Req) -> Answer:
    found, body = channel_of(core, req), req.json
    if found.kind == DM:
        raise Refusal(50003)
    held = may.in_channel(core.bot, found)
    if not found.is_thread:
        messages.require(core, found, may.MANAGE_CHANNELS)
        found.name = body.get("name") or found.name
        core.emit_channel("CHANNEL_UPDATE", found)
        return Answer(wire.channel_json(found, core.bot))
    manages = bool(held & may.MANAGE_THREADS)
    opens = body.get("archived") is False
    if not manages and (found.locked or body.get("locked") is not None):
        raise Refusal(50013)
    if not manages and found.owner is not core.bot and not (opens and set(body) == {"archived"}):
        raise Refusal(50013)
    if found.archived and not opens:
        raise Refusal(50083)
    for name, attribute in (("name", "name"), ("archived", "archived"), ("locked", "locked")):
        if body.get(name) is not None:
            setattr(found, attribute, body[name])
    found.archive_after = body.get("auto_archive_duration") or found.archive_after
    core.emit_channel("THREAD_UPDATE", found)
    return Answer(wire.channel_json(found, core.bot))


@route("POST", "/channels/{channel_id}/typing")
def typing(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    messages.check_may_write(core, found, {}, {})
    found.typed += 1
    return Answer(status=204)


@route("GET", "/channels/{channel_id}/messages")
def list_messages(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    limit = int(req.query.get("limit", "50"))
    if not 1 <= limit <= 100:
        raise Refusal(50035, "must be between 1 and 100", "limit", cite="OpenAPI specification")
    if not may.in_channel(core.bot, found) & may.READ_MESSAGE_HISTORY:
        return Answer([])
    own = [each for each in core.messages.values() if each.channel is found and not each.deleted and not each.ephemeral]
    own.sort(key=lambda each: each.id)
    before, after = int(req.query.get("before", 1 << 63)), int(req.query.get("after", 0))
    around = [each for each in own if after < each.id < before]
    chosen = around[:limit] if after else around[-limit:]
    return Answer([shown(core, each) for each in reversed(chosen)])


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def get_message(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    messages.require(core, found, may.READ_MESSAGE_HISTORY)
    return Answer(shown(core, message_of(core, req, found)))


@route("POST", "/channels/{channel_id}/messages")
def create_message(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    messages.check_may_write(core, found, req.json, req.files)
    made = messages.create(core, found, req.json, req.files)
    return Answer(core.wire(made) | ({"nonce": made.nonce} if made.nonce is not None else {}))


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit_message(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    message = message_of(core, req, found)
    if message.author is not core.bot:
        raise Refusal(50005)
    if found.archived:
        raise Refusal(50083)
    return Answer(core.wire(messages.change(core, message, req.json, req.files)))


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete_message(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    message = message_of(core, req, found)
    if message.author is not core.bot:
        if found.guild is None:
            raise Refusal(50003)
        messages.require(core, found, may.MANAGE_MESSAGES)
    if found.archived:
        raise Refusal(50083)
    core.remove(message)
    return Answer(status=204)


@route("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me")
def react(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    message_of(core, req, found)
    messages.require(core, found, may.READ_MESSAGE_HISTORY | may.ADD_REACTIONS)
    if found.archived:
        raise Refusal(50083)
    return Answer(status=204)


def _minutes(body: Json) -> int:
    asked = body.get("auto_archive_duration") or 1440
    if asked not in MINUTES:
        raise Refusal(
            50035, f"must be one of {MINUTES}", "auto_archive_duration", cite="docs/platforms.md#discord-threads"
        )
    return asked


def _name(body: Json) -> str:
    name = str(body.get("name") or "")
    if not 1 <= len(name) <= 100:
        raise Refusal(50035, "Must be between 1 and 100 in length.", "name", cite="docs/platforms.md#discord-threads")
    return name


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_from_message(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    if found.kind not in (TEXT, ANNOUNCEMENT):
        raise Refusal(50024)
    messages.require(core, found, may.CREATE_PUBLIC_THREADS)
    message = message_of(core, req, found)
    if message.thread is not None:
        raise Refusal(160004)
    kind = 10 if found.kind == ANNOUNCEMENT else 11
    name, minutes = _name(req.json), _minutes(req.json)
    thread = core.start_thread(found, name, core.bot, message=message, kind=kind, minutes=minutes)
    return Answer(wire.channel_json(thread, core.bot), 201)


@route("POST", "/channels/{channel_id}/threads")
def thread_without_message(core: Core, req: Req) -> Answer:
    found, body = channel_of(core, req), req.json
    name, minutes = _name(body), _minutes(body)
    if found.kind == FORUM:
        messages.require(core, found, may.SEND_MESSAGES)
        first: Any = body.get("message")
        if not first:
            raise Refusal(50035, "This field is required", "message")
        limits.check_message(first, [file.name for file in req.files.values()])
        thread = core.start_thread(found, name, core.bot, minutes=minutes)
        made = messages.create(core, thread, first, req.files, id=thread.id)
        return Answer(wire.channel_json(thread, core.bot) | {"message": core.wire(made)}, 201)
    if found.kind not in (TEXT, ANNOUNCEMENT):
        raise Refusal(50024)
    kind = body.get("type", 12)
    messages.require(core, found, may.CREATE_PRIVATE_THREADS if kind == 12 else may.CREATE_PUBLIC_THREADS)
    thread = core.start_thread(found, name, core.bot, kind=kind, minutes=minutes)
    return Answer(wire.channel_json(thread, core.bot), 201)


@route("PUT", "/channels/{channel_id}/thread-members/@me")
def join_thread(core: Core, req: Req) -> Answer:
    return _add_member(core, channel_of(core, req), core.bot.id)


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_thread_member(core: Core, req: Req) -> Answer:
    return _add_member(core, channel_of(core, req), req.id("user_id"))


def _add_member(core: Core, thread: Channel, user: int) -> Answer:
    if not thread.is_thread:
        raise Refusal(50024)
    if thread.archived:
        raise Refusal(50083)
    if thread.guild is None or user not in thread.guild.members:
        raise Refusal(10007)
    thread.members.add(user)
    core.emit_channel("THREAD_UPDATE", thread)
    return Answer(status=204)


@route("DELETE", "/channels/{channel_id}/thread-members/@me")
def leave_thread(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    if found.archived:
        raise Refusal(50083)
    with contextlib.suppress(KeyError):
        found.members.remove(core.bot.id)
    return Answer(status=204)


@route("GET", "/channels/{channel_id}/thread-members")
def thread_members(core: Core, req: Req) -> Answer:
    found = channel_of(core, req)
    if not found.is_thread:
        raise Refusal(50024)
    return Answer([wire.thread_member_json(found, core.users[id]) for id in sorted(found.members)])
