"""assistant.threads.* and agents.sessions.*: what shows that an agent is at work."""

from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.methods.streams import set_status
from tests.fakes.slack.state import AgentSession, Channel, Json

STATUSES = ("active", "processing", "suspended", "closed")
TITLE, PROMPTS, LOADING = 200, 4, 10


def _thread(call: Call) -> tuple[Channel, str]:
    room = call.channel("channel_id")
    thread_ts = call.need("thread_ts")
    if call.core.message(room.id, thread_ts) is None:
        # docs.slack.dev/reference/methods/assistant.threads.setStatus (invalid_thread_ts).
        raise ApiError("invalid_thread_ts")
    return room, thread_ts


@method("assistant.threads.setStatus", "chat:write", "assistant:write")
async def status(call: Call) -> Json:
    if "status" not in call.args:
        raise ApiError("invalid_arguments", ["[ERROR] missing required field: status"])
    room, thread_ts = _thread(call)
    loading = call.items("loading_messages")
    if len(loading) > LOADING:
        # docs/platforms.md#slack-conversations: ten at most.
        raise ApiError("invalid_arguments", ["[ERROR] no more than 10 items allowed: loading_messages"])
    call.core.statuses[room.id, thread_ts] = (call.text("status") or "", call.core.now())
    return {}


@method("assistant.threads.setTitle", "assistant:write")
async def title(call: Call) -> Json:
    room, thread_ts = _thread(call)
    if room.kind != "dm":
        raise ApiError("method_not_supported_for_channel_type")
    call.core.titles[room.id, thread_ts] = call.need("title")
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write")
async def prompts(call: Call) -> Json:
    core = call.core
    room = call.channel("channel_id")
    wanted = call.items("prompts")
    if not wanted or len(wanted) > PROMPTS or not all(one.get("title") and one.get("message") for one in wanted):
        # docs/platforms.md#slack-conversations: up to four.
        raise ApiError("invalid_arguments", ["[ERROR] one to four prompts, each with title and message: prompts"])
    if room.kind != "dm":
        raise ApiError("channel_not_found")
    if call.text("thread_ts") and core.agent_view:
        # docs/platforms.md#slack-conversations: with thread_ts the call of an agent fails without a word.
        core.offend("prompts_with_thread_ts", call.method, "nobody sees these prompts")
        return {}
    core.prompts[room.id] = wanted
    return {}


@method("agents.sessions.setStatus", "chat:write")
async def session_status(call: Call) -> Json:
    core = call.core
    wanted = call.need("status")
    if wanted not in STATUSES:
        # docs.slack.dev/reference/methods/agents.sessions.setStatus (invalid_status, thread_ts_required).
        raise ApiError("invalid_status")
    room = call.channel("channel_id")
    if not call.text("thread_ts"):
        raise ApiError("thread_ts_required")
    if not core.agent_view:
        raise ApiError("feature_disabled")
    room, thread_ts = _thread(call)
    initiator, name = call.text("initiator_user_id"), call.text("title") or ""
    if initiator and initiator not in room.members:
        raise ApiError("user_not_found")
    if len(name) > TITLE:
        # docs/platforms.md#slack-conversations: 200 characters.
        raise ApiError("invalid_arguments", ["[ERROR] no more than 200 characters: title"])
    key = (room.id, thread_ts)
    session = core.sessions.setdefault(key, AgentSession(room.id, thread_ts, wanted, name))
    set_status(session, wanted)
    answer: Json = {"status": wanted, "agent_status": wanted, "title": session.title}
    if "agent_session_stopped" not in core.events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


@method("agents.sessions.rename", "chat:write")
async def rename(call: Call) -> Json:
    room, thread_ts = _thread(call)
    name = call.need("title")
    session = call.core.sessions.get((room.id, thread_ts))
    if session is None:
        raise ApiError("session_not_found")
    if len(name) > TITLE:
        raise ApiError("invalid_arguments", ["[ERROR] no more than 200 characters: title"])
    session.title = name
    return {"title": name}
