"""What our buttons and menus carry over Slack's wire, and what comes back when one is used. Pure.

    action_id   advisor|<part>.<n>|<conversation>     unique in a message; says which conversation it is, so that an
                                                      answer that went to a DM still leads back to where it belongs
    value       the sealed control (bot.chat.controls): of a button, of each option of a single menu, of a thumb

What is chosen in a menu for several carries no seal and is no event: the button "Done" beside it has one, and the
choice is read from the state that comes with its press.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PREFIX = "advisor"
DONE = "done"
"""The button beside a menu for several."""
_SEVERAL = "several"

Json = Mapping[str, Any]
_NOTHING: Json = {}


@dataclass(frozen=True)
class Press:
    """A control that was used."""

    conversation: str
    sealed: str
    chosen: tuple[str, ...]
    """What was chosen in the menu for several beside it."""
    label: str
    """What stood on it, to show who chose what."""


def action_id(conversation: str, part: int, n: int | str) -> str:
    """Return the id of one control."""
    return f"{PREFIX}|{part}.{n}|{conversation}"


def several_id(conversation: str, part: int) -> str:
    """Return the id of a menu for several, whose choice is read when "Done" is pressed."""
    return action_id(conversation, part, _SEVERAL)


def pressed(payload: Json) -> Press | None:
    """Read a `block_actions` payload; None where it is not ours, or only a choice that is not done yet."""
    actions: Sequence[Json] = payload.get("actions") or ()
    action = actions[0] if actions else _NOTHING
    prefix, _, rest = str(action.get("action_id", "")).partition("|")
    number, _, conversation = rest.partition("|")
    option: Json = action.get("selected_option") or _NOTHING
    sealed: object = action.get("value") or option.get("value")
    part, _, name = number.partition(".")
    if prefix != PREFIX or not conversation or not isinstance(sealed, str) or not part.isdigit() or name == _SEVERAL:
        return None
    options = _of_state(payload, several_id(conversation, int(part))) if name == DONE else []
    if name == DONE and not options:
        return None
    chosen = tuple(str(each.get("value", "")) for each in options)
    labels = [_text(each) for each in options] or [_text(option) or _text(action)]
    return Press(conversation, sealed, chosen, ", ".join(filter(None, labels)))


def _of_state(payload: Json, menu: str) -> list[Json]:
    state: Json = payload.get("state") or _NOTHING
    blocks: Mapping[str, Mapping[str, Json]] = state.get("values") or {}
    found = next((held[menu] for held in blocks.values() if menu in held), _NOTHING)
    options: Sequence[Json] = found.get("selected_options") or ()
    return list(options)


def _text(element: Json) -> str:
    text: Json = element.get("text") or _NOTHING
    return str(text.get("text", ""))
