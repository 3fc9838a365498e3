"""Presses of buttons and menus, and forms that are sent: what each one means. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack import ids
from adapters.slack.inbound.messages import is_direct, time_of
from adapters.slack.render.action_ids import pressed
from adapters.slack.render.modals import submitted
from adapters.slack.reply_address import Via, packed
from bot.chat.actions import ASKED_OF, STAYS
from bot.chat.controls import Control, edition, filled, meant, sealed, unsealed
from bot.chat.events import Body, Event, Said
from bot.chat.form_openers import Paste, opened_by
from bot.chat.reply import Form
from bot.vault import Vault
from knowledge.load import Knowledge

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Opens:
    """A press that opens a form; `carried` comes back with what is sent."""

    form: Form | Paste
    carried: str
    workspace: str
    """That of the conversation: in a channel that is shared with other workspaces, not always that of the person."""
    stays: bool = False


@dataclass(frozen=True)
class Pressed:
    """A press that is an event; `label` is what stood on the control."""

    event: Event
    label: str
    stays: bool
    """True where others may use the control after this."""


@dataclass(frozen=True)
class NotYours:
    """A control of somebody else, or one that we never made."""


def press(body: Payload, knowledge: Knowledge, vault: Vault) -> Opens | Pressed | NotYours | None:
    """Return what a press means; None where it means nothing yet, as a choice before "Done"."""
    found = pressed(body)
    if found is None:
        return None
    user, url = str(body["user"]["id"]), body.get("response_url")
    control = _control(vault, found.conversation, user, found.sealed)
    if control is None:
        return NotYours()
    form = opened(knowledge, control)
    if form is not None:
        carried = {"c": found.conversation, "s": found.sealed, "u": url, "at": datetime.now(UTC).timestamp()}
        home = ids.place(found.conversation).workspace
        return Opens(form, json.dumps(carried, separators=(",", ":")), home, control.action in STAYS)
    # What others see is changed otherwise, and most of what one person sees is settled as it is pressed.
    ends = body.get("message") is None and control.action in ASKED_OF
    event = _event(found.conversation, control, body, meant(control, found.chosen, knowledge), url, ends=ends)
    return Pressed(event, found.label, control.action in STAYS)


def at_home(body: Payload, vault: Vault) -> tuple[str, Event] | NotYours:
    """Return what a button of a consultation on the Home tab does, and the event of forgetting it there."""
    found = pressed(body)
    user = str(body["user"]["id"])
    control = _control(vault, found.conversation, user, found.sealed) if found else None
    if found is None or control is None:
        return NotYours()
    return control.action, _event(found.conversation, control, body, Said(text="/forget"), None)


def opened(knowledge: Knowledge, control: Control) -> Form | Paste | None:
    """Return the form that a control opens; None where its press is the event."""
    match control.action:
        case "form":
            return opened_by(knowledge, "answer", control.values)
        case "answer":
            return None  # it carries the answer
        case action:
            return opened_by(knowledge, action, control.values)


def paste_form(knowledge: Knowledge, vault: Vault, event: Event, control: Control) -> Opens | None:
    """Return the form that a command opens for the person who typed it."""
    form = opened(knowledge, control)
    if form is None:
        return None
    seal = sealed(vault, f"{event.conversation} {event.author}", control)
    carried = {"c": event.conversation, "s": seal, "at": event.at.timestamp()}
    url = json.loads(event.via or "{}").get("url")
    return Opens(form, json.dumps({**carried, "u": url}, separators=(",", ":")), event.workspace)


def sent(view: Payload, body: Payload, vault: Vault) -> Event | dict[str, str] | NotYours:
    """Return the event that a sent form is, or by `block_id` what has to be corrected."""
    try:
        carried = json.loads(str(view.get("private_metadata")))
        conversation, seal, url = str(carried["c"]), str(carried["s"]), carried.get("u")
        issued = float(carried["at"])
    except (ValueError, TypeError, KeyError):
        return NotYours()
    control = _control(vault, conversation, str(body["user"]["id"]), seal)
    if control is None:
        return NotYours()
    answer = submitted(view)
    if isinstance(answer, dict):
        return answer
    said = filled(control, answer)
    return NotYours() if said is None else _event(conversation, control, body, said, url, issued)


def nonce_of(view: Payload) -> str | None:
    """Return which control opened a view; None where nothing says."""
    try:
        return str(json.loads(str(view.get("private_metadata")))["s"])
    except (ValueError, TypeError, KeyError):
        return None


def _control(vault: Vault, conversation: str, user: str, seal: str) -> Control | None:
    try:
        place = ids.place(conversation)
    except ValueError:
        return None
    if place.person not in (None, user):
        return None
    own = f"{conversation} {ids.author(place.workspace, user)}"
    return unsealed(vault, conversation, seal) or unsealed(vault, own, seal)


def _event(
    conversation: str,
    control: Control,
    body: Payload,
    said: Body,
    url: str | None,
    issued: float | None = None,
    *,
    ends: bool = False,
) -> Event:
    place, user = ids.place(conversation), str(body["user"]["id"])
    actions: Sequence[Payload] = body.get("actions") or ()
    now = time_of(actions[0]["action_ts"]) if actions and actions[0].get("action_ts") else datetime.now(UTC)
    return Event(
        conversation=conversation,
        platform=ids.PLATFORM,
        workspace=place.workspace,
        organisation=ids.organisation(place.workspace),
        channel=place.channel,
        message=control.nonce,
        edition=edition(control, (), user, now),
        author=ids.author(place.workspace, user),
        at=now,
        private=place.person is not None or is_direct(place.channel),
        spends=True,
        via=packed(Via(user=user, at=issued or now.timestamp(), url=url, ends=ends)),
        body=said,
    )
