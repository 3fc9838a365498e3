"""What the bot answers to interactions: first responses and follow-ups (docs/platforms.md#discord-interactions)."""

from tests.fakes.discord import limits, messages
from tests.fakes.discord.core import FIRST_RESPONSE, TOKEN, Core
from tests.fakes.discord.refusal import Refusal
from tests.fakes.discord.rest import Answer, Req, route
from tests.fakes.discord.world import EPHEMERAL, LOADING, Ack, Interaction, Json, Message, Modal, User, items, part

FOLLOWUPS = 5
"""Follow-ups that an app may send where it is installed for the user only."""

_ALLOWED = {2: (4, 5, 9), 3: (4, 5, 6, 7, 9), 4: (8,), 5: (4, 5, 6, 7)}
"""Which first responses each kind of interaction takes; https://discord.com/developers/docs/interactions/
receiving-and-responding#interaction-response-object-interaction-callback-type."""


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
def callback(core: Core, req: Req) -> Answer:
    """Take the first response to an interaction."""
    found = next((each for each in core.interactions if str(each.id) == req.ids["interaction_id"]), None)
    if found is None or found.token != req.ids["interaction_token"]:
        raise Refusal(10062)
    seconds = core.now() - found.at
    if found.callback is not None:
        raise Refusal(40060)
    if seconds > FIRST_RESPONSE:
        late(core, found, f"{seconds:.2f} s")
        raise Refusal(10062)
    kind, data = int(req.json.get("type") or 0), part(req.json, "data")
    on_message = found.message is not None
    if kind not in _ALLOWED[found.kind] or (kind in (6, 7) and not on_message):
        raise Refusal(50035, f"callback type {kind} does not answer an interaction of type {found.kind}", "type")
    message = _respond(core, found, kind, data, req)
    found.callback, found.acked_after = kind, seconds
    core.acks.append(Ack(found, seconds, kind))
    core.changed()
    if req.query.get("with_response", "").lower() not in ("1", "true"):
        return Answer(status=204)
    told: Json = {"id": str(found.id), "type": found.kind}
    resource: Json = {"type": kind}
    if message is not None:
        told |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.thinking,
            "response_message_ephemeral": message.ephemeral,
        }
        if kind in (4, 7):
            resource["message"] = core.wire(message)
    return Answer({"interaction": told, "resource": resource})


def late(core: Core, interaction: Interaction, how: str) -> None:
    """Record, once, that the person was told that the application did not respond."""
    if interaction.late or not interaction.delivered:
        return
    interaction.late = True
    core.acks.append(Ack(interaction, None, None))
    core.offend(
        10062,
        f"no first response within 3 s ({how})",
        "docs/platforms.md#discord-interactions",
        f"interaction {interaction.kind}",
    )


def _respond(core: Core, found: Interaction, kind: int, data: Json, req: Req) -> Message | None:
    if kind == 4:
        found.response = messages.create(
            core, found.channel, data, req.files, interaction=found, seen_by=_seen_by(found, data)
        )
    elif kind == 5:
        waiting = Message(core.new_id(), found.channel, core.bot, interaction=found, seen_by=_seen_by(found, data))
        waiting.flags = LOADING | (EPHEMERAL if waiting.seen_by else 0)
        waiting.kind, waiting.at = (20 if found.kind == 2 else 0), core.now()
        core.store(waiting)
        found.response = waiting
    elif kind in (6, 7):
        assert found.message is not None
        found.response = found.message
        if kind == 7:
            messages.change(core, found.message, data, req.files)
    elif kind == 8:
        limits.check_choices(items(data, "choices"))
        found.choices = items(data, "choices")
    elif kind == 9:
        limits.check_modal(data)
        found.modal = Modal(found.user, data["title"], data["custom_id"], data["components"], found)
        core.modals.append(found.modal)
    return found.response


def _seen_by(found: Interaction, data: Json) -> User | None:
    """Return who alone sees the answer; forced so where the person may not use external apps.

    docs/platforms.md#discord-threads
    """
    return found.user if found.forced_private or (data.get("flags") or 0) & EPHEMERAL else None


def _by_token(core: Core, req: Req) -> Interaction:
    if req.id("webhook_id") != core.application_id:
        raise Refusal(10015)
    found = next((each for each in core.interactions if each.token == req.ids["webhook_token"]), None)
    if found is None:
        raise Refusal(50027)
    if core.now() - found.at > TOKEN:
        raise Refusal(50027)
    if found.callback is None:
        raise Refusal(10015)
    return found


@route("POST", "/webhooks/{webhook_id}/{webhook_token}")
def follow_up(core: Core, req: Req) -> Answer:
    """Send a follow-up; the first one after a deferral takes the place of the waiting message."""
    found = _by_token(core, req)
    if found.response is not None and found.response.thinking:
        return Answer(core.wire(messages.change(core, found.response, req.json, req.files)))
    if found.user_installed_only and len(found.followups) >= FOLLOWUPS:
        raise Refusal(40094)
    made = messages.create(
        core, found.channel, req.json, req.files, interaction=found, seen_by=_seen_by(found, req.json)
    )
    found.followups.append(made)
    return Answer(core.wire(made))


def _original(core: Core, req: Req) -> Message:
    response = _by_token(core, req).response
    if response is None or response.deleted:
        raise Refusal(10008)
    return response


def _one(core: Core, req: Req) -> Message:
    found = _by_token(core, req)
    for message in (found.response, *found.followups):
        if message is not None and message.id == req.id("message_id") and not message.deleted:
            return message
    raise Refusal(10008)


@route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def get_original(core: Core, req: Req) -> Answer:
    return Answer(core.wire(_original(core, req)))


@route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def edit_original(core: Core, req: Req) -> Answer:
    return Answer(core.wire(messages.change(core, _original(core, req), req.json, req.files)))


@route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def delete_original(core: Core, req: Req) -> Answer:
    core.remove(_original(core, req))
    return Answer(status=204)


@route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
def get_one(core: Core, req: Req) -> Answer:
    return Answer(core.wire(_one(core, req)))


@route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
def edit_one(core: Core, req: Req) -> Answer:
    return Answer(core.wire(messages.change(core, _one(core, req), req.json, req.files)))


@route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
def delete_one(core: Core, req: Req) -> Answer:
    core.remove(_one(core, req))
    return Answer(status=204)
