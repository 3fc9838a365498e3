"""Presses of buttons and menus, and forms that are sent: what each one means. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord import ids
from adapters.discord.inbound.interaction import Use, inbound
from adapters.discord.render.custom_ids import CONTINUE, custom_id, nonce_of, read
from adapters.discord.render.limits import CONTAINER, FILE, GALLERY, ROW, TEXT, Json, short
from adapters.discord.render.markup import literal
from adapters.discord.render.modals import modal, submitted, words_modal
from bot.chat import wording
from bot.chat.controls import Control, meant, sealed, unsealed
from bot.chat.events import Answered, Body, Event, Pasted, Said
from bot.chat.forms import opened_by
from bot.vault import Vault
from knowledge.load import Knowledge

ASKED_OF = frozenset({"stop", "run", "forget"})
"""Actions that not everybody may take. Who may is known where they are obeyed, so a press uses up nobody else's."""
STAYS = frozenset({"feedback", "correct", "show"}) | ASKED_OF
"""Actions whose buttons stay: everybody has a thumb."""
SHOWN = 300
"""Characters of what was chosen, as it is shown."""
OTHERWISE = ("-# Or reply ", "-# Or press ")
"""How a line begins that says how else a question can be answered."""


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
    return Pressed(inbound(use, found.conversation, body, waiting=False, **_once(found.control, use)), _label(use))


def sent(use: Use, found: Found) -> Event | str:
    """Return the event that a sent form is, or in one sentence what has to be corrected."""
    body = submitted(use.data)
    if isinstance(body, str):
        return body
    waiting = use.message is None
    once = {} if isinstance(body, Said) else _once(found.control, use)
    return inbound(use, found.conversation, body, waiting=waiting, **once)


def chosen_in(use: Use) -> tuple[str, ...]:
    """Return what was chosen in a menu."""
    return tuple(str(each) for each in use.data.get("values") or ())


def settled(components: Sequence[Json], nonce: str, line: str, files: Sequence[str]) -> list[Json]:
    """Return the components of a message after a press: in the place of that control stands a line of markdown.

    As they are sent, not as they came: what shows a file names it.
    """
    kept, told = _settled(components, nonce, {"type": TEXT, "content": line}, files)
    return kept if told else []


def quoted(name: str, said: str) -> str:
    """Return what others are shown of words that came by a form."""
    text = literal(short(said, 1_500))
    return "\n".join([f"**{literal(name)}**:", *(f"> {each}" for each in text.splitlines())])


def given(knowledge: Knowledge, body: Body) -> str:
    """Say what was sent in a form, for those who only see that it was answered."""
    if not isinstance(body, Answered):
        return "sent a file to check" if isinstance(body, Pasted) and body.purpose == "dataset" else "sent samples"
    return "; ".join(
        f"{wording.label(knowledge, fact)}: {wording.UNKNOWN if held is None else wording.value(knowledge, fact, held)}"
        for fact, held in body.facts.items()
    )


def chosen_line(name: str, label: str) -> str:
    """Say who chose what."""
    shown = literal(short(" ".join(label.split()), SHOWN))
    return f"-# {literal(name)}: {shown}" if shown else f"-# {literal(name)} answered"


def _once(control: Control, use: Use) -> dict[str, Any]:
    return {"message": control.nonce, "edition": _edition(control, use), "spends": True}


def _edition(control: Control, use: Use) -> str:
    """Tell presses of one control apart that each count: everybody's thumb, and everybody's wish for what only some
    may do; and each fact of a list to correct."""
    if control.action in ASKED_OF:
        return use.user
    match control.action:
        case "feedback":
            return use.user
        case "correct" | "show":
            return use.id  # something to read or to choose from, as often as somebody wants it
        case "fix":
            return ".".join((*control.values, *(() if control.values else chosen_in(use))))
        case _:
            return ""


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


def _settled(components: Sequence[Json], nonce: str, line: Json, files: Sequence[str]) -> tuple[list[Json], bool]:
    made: list[Json] = []
    told = False
    for each in components:
        kind = each["type"]
        if kind == ROW and any(_is_of(held, nonce) for held in each["components"]):
            left = [held for held in each["components"] if not _is_of(held, nonce)]
            made += [] if told else [line]
            made += [{**each, "components": left}] if left else []
            told = True
        elif kind == CONTAINER:
            inner, found = _settled(each["components"], nonce, line, files)
            if found and told:
                inner = [held for held in inner if held is not line]
            if found and not any(held["type"] == ROW for held in inner):
                inner = [held for held in inner if not str(held.get("content") or "").startswith(OTHERWISE)]
            told = told or found
            made.append({**each, "components": inner})
        elif kind in (GALLERY, FILE):
            made.append(_named(each, files))
        else:
            made.append(each)
    return made, told


def _is_of(component: Mapping[str, Any], nonce: str) -> bool:
    """Tell whether a component is one of this control; the way to answer in words stays."""
    carried = str(component.get("custom_id") or "")
    return nonce_of(carried) == nonce and not carried.startswith(f"{CONTINUE}~")


def _named(component: Json, files: Sequence[str]) -> Json:
    """Return what shows files by their names: as they came they have addresses that go out of date."""
    if component["type"] == FILE:
        return {"type": FILE, "file": _by_name(component["file"], files)}
    items: Sequence[Json] = component["items"]
    shown = [{k: v for k, v in item.items() if k in ("description", "spoiler") and v} for item in items]
    return {
        "type": GALLERY,
        "items": [{"media": _by_name(item["media"], files), **more} for item, more in zip(items, shown, strict=True)],
    }


def _by_name(media: Mapping[str, Any], files: Sequence[str]) -> Json:
    url = str(media.get("url") or "")
    name = url.partition("?")[0].rpartition("/")[2]
    return {"url": f"attachment://{name}" if name in files else url}
