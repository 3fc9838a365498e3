"""Answers that are no Web API call: response_url, the body of a command's ack, response_action of a form."""

import json

from aiohttp import web

from tests.fakes.slack import blocks as kit
from tests.fakes.slack import modals, posting
from tests.fakes.slack.core import Core
from tests.fakes.slack.state import Json, Message, ResponseUrl, View

USES, LASTS = 5, 1800
"""docs/platforms.md#slack-commands: five times within 30 minutes."""


async def respond(core: Core, request: web.Request) -> web.Response:
    """Take a post to a response_url."""
    url = core.response_urls.get(request.match_info["name"])
    if url is None or url.team != request.match_info["team"]:
        return web.Response(status=404, text="no_service")
    if core.now() - url.made > LASTS:
        core.offend("expired_url", "response_url", f"used {core.now() - url.made:.0f} s after it was made")
        return web.Response(status=404, text="expired_url")
    if url.used >= USES:
        core.offend("used_url", "response_url", "used more than five times")
        return web.Response(status=404, text="used_url")
    try:
        body: Json = json.loads(await request.text())
    except ValueError:
        return web.Response(status=400, text="invalid_payload")
    fault = core.take_fault("response_url")
    if fault and fault.kind == "error":
        return web.json_response({"ok": False, "error": fault.value})
    if fault and fault.kind == "limit":
        return web.Response(status=429, text="rate_limited", headers={"Retry-After": str(fault.value)})
    if fault and fault.kind == "status":
        return web.Response(status=fault.value, text="")
    url.used += 1
    error = show(core, url, body, "response_url")
    if fault and fault.kind in ("drop", "drop_after") and request.transport:
        request.transport.abort()
    # docs/platforms.md#slack-commands: what was refused is said in the body.
    return web.json_response({"ok": False, "error": error} if error else {"ok": True})


def show(core: Core, url: ResponseUrl, body: Json, where: str) -> str | None:
    """Do what the body says; return the error, if any. Ephemeral unless response_type says in_channel."""
    target = url.message if url.message in core.channels[url.channel].messages else None
    if body.get("delete_original"):
        if target is None:
            return "no_original"
        core.channels[url.channel].messages.remove(target)
        return None
    error = kit.judge(core, where, body)
    if error:
        return error.code
    text = str(body.get("text") or "")
    parts: list[Json] = body.get("blocks") or []
    if body.get("replace_original"):
        if target is None:
            core.offend("nothing_to_replace", where, "replace_original without a message")
            return "no_original"
        previous = posting.change(core, target, text, parts, edited=False)
        if target.only_for is None:
            core.spawn(posting.announce_change(core, target, previous))
        return None
    open_to_all = body.get("response_type") == "in_channel"
    team = core.teams[url.team]
    thread = body.get("thread_ts")
    message = Message(core.new_ts(), url.channel, team.bot_user, text, parts, thread, team.bot_id)
    message.only_for = None if open_to_all else url.user
    message.attachments = body.get("attachments") or []
    posting.store(core, message)
    if url.message is None:
        url.message = message
    if open_to_all:
        core.spawn(posting.announce(core, message))
    return None


def answer_view(core: Core, view: View, body: Json) -> None:
    """Do what the answer to a form says (docs.slack.dev/surfaces/modals)."""
    action = body.get("response_action")
    if action is None:
        if body:
            core.offend("bad_response_action", "view_submission", str(body)[:120])
        modals.close(core, view)
        return
    if action == "errors":
        inputs = {one["block_id"] for one in view.blocks if one["type"] == "input"}
        errors: Json = body.get("errors") or {}
        if not errors or not set(errors) <= inputs:
            core.offend("bad_errors", "view_submission", f"{list(errors)} are not all inputs of {sorted(inputs)}")
        return
    if action == "clear":
        for ident in list(core.stacks.get(view.user, [])):
            modals.close(core, core.views[ident])
        return
    if action not in ("update", "push"):
        core.offend("bad_response_action", "view_submission", str(action))
        return
    shown: Json = body.get("view") or {}
    if kit.judge_view(core, f"response_action {action}", shown, "modal"):
        return
    if action == "update":
        modals.replace(core, view, shown)
    elif len(core.stacks[view.user]) >= modals.DEEPEST:
        core.offend("push_limit_reached", "view_submission", "three views are open")
    else:
        modals.show(core, view.user, shown, previous=view.id)
