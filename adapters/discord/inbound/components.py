"""Presses of buttons and menus, and forms that are sent: what each one means. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord import ids
from adapters.discord.inbound.interaction import Use, inbound
from adapters.discord.render.custom_ids import custom_id, read
from adapters.discord.render.limits import Json, short
from adapters.discord.render.markup import literal
from adapters.discord.render.modals import modal, submitted, words_modal
from bot.chat.actions import ASKED_OF
from bot.chat.controls import CONTINUE, Control, edition, filled, meant, sealed, unsealed
from bot.chat.events import Answered, Event, Said
from bot.chat.form_openers import opened_by
from bot.vault import Vault
from knowledge.load import Knowledge

SHOWN = 300
"""Characters of what was chosen, as it is shown."""


@dataclass(frozen=True)
class Found:
    """A control that fits the place and the person."""

    conversation: str
    place: str
    """What it is sealed for: the conversation, with the person behind it where only one may press."""
    control: Control


@dataclass(frozen=True)
class Pressed:
    """A press that is an event; `label` is what stood on the control."""

    event: Event
    label: str


def find(use: Use, vault: Vault) -> Found | None:
    """Return the control that was used; None for one of somebody else, or that we never made."""
    seal, named = read(str(use.data.get("custom_id") or ""), use.user)
    for conversation in [named] if named else use.conversations():
        own = ids.author(ids.place(conversation).guild, use.user)
        for place in (conversation, f"{conversation} {own}"):
            if (control := unsealed(vault, place, seal)) is not None:
                return Found(conversation, place, control)
    return None


def form_of(use: Use, found: Found, knowledge: Knowledge, vault: Vault) -> Json | None:
    """Return the form that a press opens, as Discord takes it; None where the press is the event."""
    chosen, control = chosen_in(use), found.control
    carried = str(use.data["custom_id"])
    if control.action == CONTINUE:
        return words_modal(carried)
    if control.action == "answer":
        return None  # it carries the answer
    action = "answer" if control.action == "form" else control.action
    form = opened_by(knowledge, action, (*control.values, *chosen))
    if form is None:
        return None
    if chosen:
        full = replace(control, values=(*control.values, *chosen))
        _, named = read(carried, use.user)
        carried = custom_id(sealed(vault, found.place, full), named)
    return modal(form, carried)


def own_form(use: Use, action: str, values: Sequence[str], knowledge: Knowledge, vault: Vault) -> Json | None:
    """Return the form that a command opens for the person who used it; each use opens another one."""
    form = opened_by(knowledge, action, values)
    if form is None:
        return None
    return modal(form, sealed(vault, f"{use.own} {use.author}", Control(action, tuple(values), use.id)))


def press(use: Use, found: Found, knowledge: Knowledge) -> Pressed:
    """Return the event that a press is."""
    chosen = chosen_in(use)
    body = meant(found.control, chosen, knowledge)
    # What others see is changed otherwise, and most of what one person sees is settled as it is pressed.
    ends = use.ephemeral and found.control.action in ASKED_OF
    event = inbound(use, found.conversation, body, waiting=False, ends=ends, **_once(found.control, use))
    return Pressed(event, _label(use))


def sent(use: Use, found: Found) -> Event | str | None:
    """Return the event that a sent form is, or in one sentence what has to be corrected; None for no form of ours."""
    read = submitted(use.data)
    if isinstance(read, str):
        return read
    body = filled(found.control, read)
    if body is None:
        return None
    waiting = use.message is None
    if waiting and isinstance(body, Answered):
        body = body.model_copy(update={"unseen": True})
    once = {} if isinstance(body, Said) else _once(found.control, use)
    return inbound(use, found.conversation, body, waiting=waiting, **once)


def chosen_in(use: Use) -> tuple[str, ...]:
    """Return what was chosen in a menu."""
    return tuple(str(each) for each in use.data.get("values") or ())


def quoted(name: str, said: str) -> str:
    """Return what others are shown of words that came by a form."""
    text = literal(short(said, 1_500))
    return "\n".join([f"**{literal(name)}**:", *(f"> {each}" for each in text.splitlines())])


def chosen_line(name: str, label: str) -> str:
    """Say who chose what."""
    shown = literal(short(" ".join(label.split()), SHOWN))
    return f"-# {literal(name)}: {shown}" if shown else f"-# {literal(name)} answered"


def _once(control: Control, use: Use) -> dict[str, Any]:
    return {"message": control.nonce, "edition": edition(control, chosen_in(use), use.user, use.at), "spends": True}


def _label(use: Use) -> str:
    """Return what stood on the button, or on the options that were chosen."""
    used = next((each for each in _every(use.components) if each.get("custom_id") == use.data.get("custom_id")), None)
    if used is None:
        return ""
    chosen = set(chosen_in(use))
    options: Sequence[Mapping[str, Any]] = used.get("options") or ()
    labels = [str(each.get("label") or "") for each in options if each.get("value") in chosen]
    return ", ".join(labels) or str(used.get("label") or "")


def _every(components: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for each in components:
        found += [each, *_every(each.get("components") or ())]
    return found
