"""chat.postMessage, postEphemeral, update, delete, getPermalink."""

import re

from tests.fakes.slack import blocks as kit
from tests.fakes.slack import posting
from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.state import Channel, Json, Message

LINK = re.compile(r"https?://")


def content(call: Call, *, update: bool = False) -> tuple[str, list[Json]]:
    """Return the text and blocks of a call that is good; raise what Slack answers to one that is not."""
    text, markdown = call.text("text"), call.text("markdown_text")
    blocks = call.items("blocks", "invalid_blocks_format")
    attachments = call.items("attachments", "invalid_attachments")
    if markdown is not None:
        # docs/platforms.md#slack-sizes; docs.slack.dev/reference/methods/chat.postMessage: alone, 12,000 characters.
        if text or blocks:
            raise ApiError("markdown_text_conflict")
        if len(markdown) > kit.MARKDOWN:
            call.core.offend("msg_too_long", call.method, f"markdown_text of {len(markdown)} characters")
            raise ApiError("msg_too_long")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}] if markdown else []
    if not (text or blocks or attachments or call.args.get("file_ids")):
        raise ApiError("no_text")
    if len(attachments) > 100:
        # docs/platforms.md#slack-sizes; docs.slack.dev/reference/methods/chat.postMessage (too_many_attachments).
        raise ApiError("too_many_attachments")
    _long_text(call, text or "", update)
    error = kit.judge(call.core, call.method, {"text": text, "blocks": blocks})
    if error:
        raise ApiError(error.code, error.messages)
    return (text or "")[: kit.TEXT_CUT], blocks


def _long_text(call: Call, text: str, update: bool) -> None:
    if len(text) <= kit.TEXT or call.text("markdown_text") is not None:
        return
    call.core.offend("long_text", call.method, f"text of {len(text)} characters; {kit.TEXT} is what it should keep to")
    if update:
        # docs.slack.dev/reference/methods/chat.update (msg_too_long): the text field cannot exceed 4,000 characters.
        raise ApiError("msg_too_long")


def metadata(call: Call) -> Json | None:
    value = call.decoded("metadata", "invalid_metadata_format")
    if value and not ({"event_type", "event_payload"} <= set(value)):
        raise ApiError("invalid_metadata_format")
    return value


def thread_root(call: Call, room: Channel) -> str | None:
    """Return the thread a message goes to; a thread that is none, or named by a reply, is an offence."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    found = call.core.message(room.id, thread_ts)
    if found is None:
        call.core.offend("unknown_thread", call.method, f"there is no message {thread_ts} in {room.name}")
        return thread_ts
    if found.thread_ts and found.thread_ts != found.ts:
        # docs.slack.dev/reference/methods/chat.postMessage: never a reply's ts, use its parent.
        call.core.offend("thread_ts_of_a_reply", call.method, thread_ts)
        return found.thread_ts
    return thread_ts


@method("chat.postMessage", "chat:write")
async def post_message(call: Call) -> Json:
    core = call.core
    room = call.channel(post=True)
    text, blocks = content(call)
    thread_ts = thread_root(call, room)
    team = call.team
    message = Message(core.new_ts(), room.id, team.bot_user, text, blocks, thread_ts, team.bot_id)
    message.attachments = call.items("attachments")
    message.metadata = metadata(call)
    message.unfurl_links, message.unfurl_media = call.flag("unfurl_links"), call.flag("unfurl_media")
    message.reply_broadcast = bool(call.flag("reply_broadcast"))
    every = text + str(blocks)
    if LINK.search(every) and not (message.unfurl_links is False and message.unfurl_media is False):
        # docs/platforms.md#slack-text; docs.slack.dev/messaging/unfurling-links-in-messages.
        core.offend("may_unfurl", call.method, f"a link, and unfurling is not off: {text[:60]!r}")
    for name in kit.files_of(blocks):
        core.files[name].channels.append(room.id)
    posting.store(core, message)
    core.spawn(posting.announce(core, message))
    return {"channel": room.id, "ts": message.ts, "message": posting.as_json(core, message, metadata=True)}


@method("chat.postEphemeral", "chat:write")
async def post_ephemeral(call: Call) -> Json:
    core = call.core
    room = call.channel(post=True)
    user = call.need("user")
    if user not in room.members:
        # docs.slack.dev/reference/methods/chat.postEphemeral (user_not_in_channel).
        raise ApiError("user_not_in_channel")
    text, blocks = content(call)
    team = call.team
    thread_ts = thread_root(call, room)
    message = Message(core.new_ts(), room.id, team.bot_user, text, blocks, thread_ts, team.bot_id, only_for=user)
    posting.store(core, message)
    return {"message_ts": message.ts}


def own_message(call: Call, room: Channel, refusal: str) -> Message:
    """Return the bot's own message that a call names."""
    message = call.core.message(room.id, call.need("ts"))
    if message is None or message.only_for:
        # docs.slack.dev/messaging/modifying-messages: an ephemeral message is out of reach of these methods.
        raise ApiError("message_not_found")
    if message.user != call.team.bot_user:
        raise ApiError(refusal)
    return message


@method("chat.update", "chat:write")
async def update(call: Call) -> Json:
    core = call.core
    room = call.channel()
    message = own_message(call, room, "cant_update_message")
    stream = core.streams.get((room.id, message.ts))
    if stream and stream.state == "streaming" and core.now() - stream.touched <= core.stream_idle:
        # docs/platforms.md#slack-streams; docs.slack.dev/reference/methods/chat.update (streaming_state_conflict).
        raise ApiError("streaming_state_conflict")
    text, blocks = content(call, update=True)
    if call.args.get("blocks") is None and call.text("text") is None and call.text("markdown_text") is None:
        blocks = message.blocks
    if "metadata" in call.args:
        message.metadata = metadata(call)
    for name in kit.files_of(blocks):
        if room.id not in core.files[name].channels:
            # docs/platforms.md#slack-files; github.com/slackapi/java-slack-sdk/issues/1441.
            core.offend("picture_not_shared", call.method, f"{name} was never posted there: people see no picture")
    previous = posting.change(core, message, text, blocks, edited=not blocks)
    core.spawn(posting.announce_change(core, message, previous))
    return {"channel": room.id, "ts": message.ts, "text": text, "message": posting.as_json(core, message)}


@method("chat.delete", "chat:write")
async def delete(call: Call) -> Json:
    core = call.core
    room = call.channel()
    message = own_message(call, room, "cant_delete_message")
    previous = posting.as_json(core, message)
    room.messages.remove(message)
    core.spawn(posting.announce_deletion(core, room, previous))
    return {"channel": room.id, "ts": message.ts}


@method("chat.getPermalink")
async def permalink(call: Call) -> Json:
    room = call.channel(member=False)
    ts = call.need("message_ts")
    if call.core.message(room.id, ts) is None:
        raise ApiError("message_not_found")
    return {"channel": room.id, "permalink": f"{call.core.base}/archives/{room.id}/p{ts.replace('.', '')}"}
