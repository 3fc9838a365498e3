"""views.open, push, update, publish."""

import json

from tests.fakes.slack import blocks as kit
from tests.fakes.slack import modals
from tests.fakes.slack.methods.base import ApiError, Call, method
from tests.fakes.slack.state import Json, Trigger, View

TRIGGER_LASTS = 3.0
LARGEST = 250_000


def body_of(call: Call, surface: str, own: View | None = None) -> Json:
    """Return the view of a call; raise what Slack answers to one that is not right. `own` is the view it replaces."""
    view = call.decoded("view")
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments", ["[ERROR] missing required field: view"])
    body: Json = view  # pyright: ignore[reportUnknownVariableType]
    if len(json.dumps(body)) > LARGEST:
        # docs.slack.dev/reference/methods/views.open (view_too_large): 250 kB.
        raise ApiError("view_too_large")
    problems = kit.judge_view(call.core, call.method, body, surface)
    if problems:
        raise ApiError("invalid_arguments", problems)
    wanted = body.get("external_id")
    for view in call.core.views.values():
        if wanted and view is not own and view.team == call.team.id and view.body.get("external_id") == wanted:
            raise ApiError("duplicate_external_id")
    return body


def exchange(call: Call) -> Trigger:
    """Spend a trigger_id: once, and within three seconds."""
    trigger = call.core.triggers.get(call.need("trigger_id"))
    # docs/platforms.md#slack-forms (the three errors), interactivity docs: 3 seconds.
    if trigger is None or trigger.team != call.team.id:
        raise ApiError("invalid_trigger_id")
    if trigger.used:
        raise ApiError("exchanged_trigger_id")
    if call.core.now() - trigger.made > TRIGGER_LASTS:
        raise ApiError("expired_trigger_id")
    trigger.used = True
    return trigger


@method("views.open")
async def open_view(call: Call) -> Json:
    body = body_of(call, "modal")
    trigger = exchange(call)
    # A new root: what was open before is no longer on the screen.
    for ident in list(call.core.stacks.get(trigger.user, [])):
        modals.close(call.core, call.core.views[ident])
    view = modals.show(call.core, trigger.user, body)
    return {"view": modals.as_json(call.core, view)}


@method("views.push")
async def push(call: Call) -> Json:
    core = call.core
    body = body_of(call, "modal")
    trigger = exchange(call)
    below = core.views.get(trigger.view or "")
    if below is None or not below.open:
        raise ApiError("invalid_trigger_id")
    if len(core.stacks[trigger.user]) >= modals.DEEPEST:
        # docs.slack.dev/reference/methods/views.push (push_limit_reached).
        raise ApiError("push_limit_reached")
    return {"view": modals.as_json(core, modals.show(core, trigger.user, body, previous=below.id))}


@method("views.update")
async def update(call: Call) -> Json:
    core = call.core
    ident, external = call.text("view_id"), call.text("external_id")
    ours = [view for view in core.views.values() if view.team == call.team.id and view.open]
    found = [view for view in ours if view.id == ident or (external and view.body.get("external_id") == external)]
    if not found:
        # docs.slack.dev/reference/methods/views.update (not_found, hash_conflict).
        raise ApiError("not_found")
    view = found[0]
    body = body_of(call, view.type, view)
    if call.text("hash") and call.text("hash") != view.hash:
        raise ApiError("hash_conflict")
    return {"view": modals.as_json(core, modals.replace(core, view, body))}


@method("views.publish")
async def publish(call: Call) -> Json:
    core = call.core
    user = core.users.get(call.need("user_id"))
    if user is None or user.team != call.team.id:
        raise ApiError("user_not_found")
    home = core.homes.get(user.id)
    body = body_of(call, "home", home)
    if call.text("hash") and home and call.text("hash") != home.hash:
        # docs/platforms.md#slack-home; docs.slack.dev/reference/methods/views.publish (hash_conflict).
        raise ApiError("hash_conflict")
    return {"view": modals.as_json(core, modals.publish(core, user.id, body))}
