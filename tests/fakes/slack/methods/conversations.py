"""conversations.* and users.conversations."""

from typing import Any

from tests.fakes.slack import posting
from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.state import Channel, Json, Message

HISTORY = {"public": "channels:history", "private": "groups:history", "dm": "im:history"}
READ = {"public": "channels:read", "private": "groups:read", "dm": "im:read"}
MOST = 1000
UNLISTED_MOST, UNLISTED_GAP = 15, 60.0
"""What an unlisted app reads: docs/platforms.md#slack-rate-limits."""


def as_json(call: Call, room: Channel) -> Json:
    """Return a conversation object (docs.slack.dev/reference/objects/conversation-object)."""
    shown: Json = {
        "id": room.id,
        "is_channel": room.kind == "public",
        "is_group": False,
        "is_private": room.kind != "public",
        "is_im": room.kind == "dm",
        "is_mpim": False,
        "is_archived": room.archived,
        "context_team_id": room.team,
    }
    if room.kind == "dm":
        return shown | {"user": next(iter(room.members - {call.team.bot_user}), call.team.bot_user)}
    inside = call.team.bot_user in room.members
    return shown | {"name": room.name, "is_member": inside, "num_members": len(room.members)}


def _read_limit(call: Call) -> int:
    """Return how many messages this call may have at most; an unlisted app has one call a minute."""
    limit = call.number("limit", 100 if call.method == "conversations.history" else MOST)
    if not 1 <= limit <= MOST:
        raise ApiError("invalid_limit")
    core = call.core
    if not core.unlisted:
        return limit
    key = (call.method, call.team.id)
    if core.now() - core.read_at.get(key, 0) < UNLISTED_GAP:
        raise ApiError("ratelimited", retry_after=60)
    core.read_at[key] = core.now()
    return min(limit, UNLISTED_MOST)


def _page(call: Call, messages: list[Message]) -> Json:
    """Cut one page out of messages that are in order; the cursor is where the next one begins."""
    limit = _read_limit(call)
    start = 0
    if cursor := call.text("cursor"):
        if not cursor.startswith("next:") or not cursor[5:].isdigit():
            raise ApiError("invalid_cursor")
        start = int(cursor[5:])
    page = messages[start : start + limit]
    more = start + limit < len(messages)
    # docs/platforms.md#slack-calls: metadata is for who has the scope for it.
    scoped = call.token is not None and "metadata.message:read" in call.token.scopes
    metadata = bool(call.flag("include_all_metadata")) and scoped
    return {
        "messages": [posting.as_json(call.core, one, metadata=metadata) for one in page],
        "has_more": more,
        "response_metadata": {"next_cursor": f"next:{start + limit}" if more else ""},
    }


def _between(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = float(call.text("oldest") or 0), float(call.text("latest") or "inf")
    at_edge = bool(call.flag("inclusive"))
    return [
        one for one in messages if (oldest < float(one.ts) < latest) or (at_edge and float(one.ts) in (oldest, latest))
    ]


@method("conversations.replies")
async def replies(call: Call) -> Json:
    room = call.channel()
    call.scope(HISTORY[room.kind])
    ts = call.need("ts")
    found = call.core.message(room.id, ts)
    if found is None or found.only_for:
        # docs.slack.dev/reference/methods/conversations.replies (thread_not_found).
        raise ApiError("thread_not_found")
    if found.thread_ts and found.thread_ts != ts:
        return _page(call, [found])
    thread = [one for one in room.messages if one.thread_ts == ts and one is not found and not one.only_for]
    return _page(call, [found, *_between(call, thread)])


@method("conversations.history")
async def history(call: Call) -> Json:
    room = call.channel()
    call.scope(HISTORY[room.kind])
    shown = [one for one in room.messages if not one.only_for and (not one.thread_ts or one.reply_broadcast)]
    return _page(call, list(reversed(_between(call, shown))))


@method("conversations.info")
async def info(call: Call) -> Json:
    room = call.channel(member=False)
    call.scope(READ[room.kind])
    return {"channel": as_json(call, room)}


@method("conversations.members")
async def members(call: Call) -> Json:
    room = call.channel(member=False)
    call.scope(READ[room.kind])
    return {"members": sorted(room.members), "response_metadata": {"next_cursor": ""}}


@method("conversations.open", "im:write")
async def open_dm(call: Call) -> Json:
    users = call.need("users").split(",")
    if len(users) > 1:
        raise ApiError("missing_scope", needed="mpim:write", provided=",".join(call.token.scopes if call.token else ()))
    user = call.core.users.get(users[0])
    if user is None or user.team != call.team.id:
        raise ApiError("user_not_found")
    if user.is_bot:
        raise ApiError("cannot_dm_bot")
    channel: dict[str, Any] = {"id": call.core.dm(user.id)}
    if call.flag("return_im"):
        channel = as_json(call, call.core.channels[channel["id"]])
    return {"channel": channel}


@method("conversations.join")
async def join(call: Call) -> Json:
    # docs/platforms.md#slack-manners: our manifest has no channels:join, and asking at all is written down.
    call.core.offend("joined", call.method, str(call.args.get("channel")))
    call.scope("channels:join")
    room = call.channel(member=False)
    room.members.add(call.team.bot_user)
    return {"channel": as_json(call, room)}


@method("conversations.leave")
async def leave(call: Call) -> Json:
    call.scope("channels:write")
    room = call.channel()
    room.members.discard(call.team.bot_user)
    return {}


@method("users.conversations")
async def of_user(call: Call) -> Json:
    call.scope("channels:read")
    user = call.text("user") or call.team.bot_user
    kinds = (call.text("types") or "public_channel").split(",")
    names = {"public_channel": "public", "private_channel": "private", "im": "dm"}
    wanted = {names[kind] for kind in kinds if kind in names}
    rooms = [
        room
        for room in call.core.channels.values()
        if room.team == call.team.id
        and room.kind in wanted
        and user in room.members
        and (room.kind == "public" or call.team.bot_user in room.members)
    ]
    return {"channels": [as_json(call, room) for room in rooms], "response_metadata": {"next_cursor": ""}}
