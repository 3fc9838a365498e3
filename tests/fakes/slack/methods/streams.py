"""chat.startStream, appendStream, stopStream: a message is streaming, then stopped, or over when it went quiet."""

from typing import Any

from tests.fakes.slack import blocks as kit
from tests.fakes.slack import posting
from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.methods.chat import metadata, own_message, thread_root
from tests.fakes.slack.state import AgentSession, Json, Message, Stream

TASK_STATUS = ("pending", "in_progress", "complete", "error")


def _well_formed(chunk: Json) -> bool:
    """Return whether this is one of the documented chunks (slack_sdk.models.messages.chunk)."""
    kind = chunk.get("type")
    if kind == "markdown_text":
        return isinstance(chunk.get("text"), str)
    if kind == "task_update":
        return bool(chunk.get("id") and chunk.get("title")) and chunk.get("status") in TASK_STATUS
    if kind == "plan_update":
        return bool(chunk.get("title"))
    return kind == "blocks" and isinstance(chunk.get("blocks"), list)


def parts(call: Call) -> tuple[str, list[Json], list[Json], str | None]:
    """Return the Markdown, the blocks, the tasks and the mode of a call; raise for what does not fit."""
    markdown = call.text("markdown_text")
    chunks = call.items("chunks", "invalid_chunks")
    if markdown is not None and chunks:
        # docs.slack.dev/reference/methods/chat.stopStream (cannot_provide_both_markdown_text_and_chunks).
        raise ApiError("cannot_provide_both_markdown_text_and_chunks")
    text, blocks, tasks = markdown or "", list[Json](), list[Json]()
    for chunk in chunks:
        kind = chunk.get("type")
        if not _well_formed(chunk):
            raise ApiError("invalid_chunks")
        if kind == "markdown_text":
            text += chunk["text"]
        elif kind == "blocks":
            blocks += chunk["blocks"]
        else:
            tasks.append(chunk)
    if len(text) > kit.MARKDOWN:
        # docs/platforms.md#slack-streams; docs.slack.dev/reference/methods/chat.appendStream: 12,000 characters a call.
        call.core.offend("msg_too_long", call.method, f"{len(text)} characters in one call")
        raise ApiError("msg_too_long")
    return text, blocks, tasks, "markdown_text" if markdown is not None else "chunks" if chunks else None


def grow(call: Call, message: Message, text: str, blocks: list[Json], tasks: list[Json], last: list[Any]) -> None:
    """Add to a stream; `last` are the blocks of stopStream, which come below everything."""
    stream = call.core.streams[message.channel, message.ts]
    stream.blocks += len(blocks)
    if stream.blocks > kit.MESSAGE_BLOCKS or len(last) > kit.MESSAGE_BLOCKS:
        # docs.slack.dev/reference/methods/chat.stopStream: 50 by chunks and 50 by the blocks argument.
        raise ApiError("msg_blocks_too_many")
    error = kit.judge(call.core, call.method, {"text": "streamed", "blocks": [*blocks, *last]})
    if error:
        raise ApiError(error.code, error.messages)
    whole = message.text + text
    kept = [one for one in message.blocks if one["block_id"] != "streamed"]
    if len(whole) + kit.length([*kept, *blocks, *last]) > kit.WHOLE:
        # docs/platforms.md#slack-sizes for blocks; taken to hold for streams as well.
        call.core.offend("msg_blocks_too_long", call.method, f"{len(whole)} characters streamed")
        raise ApiError("msg_blocks_too_long")
    message.text = whole
    words: list[Json] = [{"type": "markdown", "text": whole, "block_id": "streamed"}] if whole else []
    message.blocks = posting.with_ids([*words, *kept, *blocks, *last])
    message.versions.append((message.text, message.blocks))
    message.tasks += tasks
    stream.touched = call.core.now()
    message.updated_at.append(stream.touched)


@method("chat.startStream", "chat:write")
async def start(call: Call) -> Json:
    core = call.core
    room = call.channel()
    call.need("thread_ts")
    text, blocks, tasks, mode = parts(call)
    if room.kind != "dm":
        # docs/platforms.md#slack-streams: both are needed in channels.
        if not call.text("recipient_team_id"):
            raise ApiError("missing_recipient_team_id")
        if not call.text("recipient_user_id"):
            raise ApiError("missing_recipient_user_id")
        if call.text("recipient_user_id") not in room.members:
            raise ApiError("user_not_found")
    if call.text("task_display_mode") not in (None, "timeline", "plan", "dense"):
        raise ApiError("invalid_arguments", ["[ERROR] invalid value: task_display_mode"])
    message = Message(core.new_ts(), room.id, call.team.bot_user, "", [], thread_root(call, room), call.team.bot_id)
    stream = core.streams[room.id, message.ts] = Stream(message, touched=core.now(), mode=mode)
    try:
        grow(call, message, text, blocks, tasks, [])
    except ApiError:
        del core.streams[room.id, stream.message.ts]
        raise
    posting.store(core, message)
    core.spawn(posting.announce(core, message))
    return {"channel": room.id, "ts": message.ts}


def streaming(call: Call, mode: str | None) -> Stream:
    """Return the stream that a call names, if it still takes anything."""
    core = call.core
    room = call.channel()
    message = own_message(call, room, "message_not_owned_by_app")
    stream = core.streams.get((room.id, message.ts))
    if stream and stream.state == "streaming" and core.now() - stream.touched > core.stream_idle:
        # docs/platforms.md#slack-streams: a stream that goes quiet is over after minutes.
        stream.state = "expired"
    if stream is None or stream.state != "streaming":
        raise ApiError("message_not_in_streaming_state")
    if mode and stream.mode and mode != stream.mode:
        # docs.slack.dev/reference/methods/chat.stopStream (streaming_mode_mismatch).
        raise ApiError("streaming_mode_mismatch")
    stream.mode = stream.mode or mode
    return stream


@method("chat.appendStream", "chat:write")
async def append(call: Call) -> Json:
    text, blocks, tasks, mode = parts(call)
    if mode is None:
        raise ApiError("no_text")
    stream = streaming(call, mode)
    grow(call, stream.message, text, blocks, tasks, [])
    return {"channel": stream.message.channel, "ts": stream.message.ts}


@method("chat.stopStream", "chat:write")
async def stop(call: Call) -> Json:
    core = call.core
    text, blocks, tasks, mode = parts(call)
    stream = streaming(call, mode)
    message = stream.message
    previous = posting.as_json(core, message)
    last = call.items("blocks", "invalid_blocks")
    session_status = call.text("session_status")
    if session_status not in (None, "active", "processing", "suspended", "closed"):
        raise ApiError("invalid_status")
    grow(call, message, text, blocks, tasks, last)
    message.metadata = metadata(call) or message.metadata
    stream.state = "stopped"
    if message.thread_ts and (session := core.sessions.get((message.channel, message.thread_ts))):
        set_status(session, session_status or "active")
    core.spawn(posting.announce_change(core, message, previous))
    return {"channel": message.channel, "ts": message.ts, "message": posting.as_json(core, message)}


def set_status(session: AgentSession, status: str) -> None:
    session.status = status
    session.history.append(status)
