"""What a button, a menu or a form carries, so that a press still means the same after a restart, and only there.

    answer:need.style  ~  5f0c2a7e91b3d4c60.2  ~  kq3v0Zr1x8Ab
    what it means         its nonce               signature over both, the place, and the person where it is private

Nothing is stored for it. The nonce is the outbox key of the reply and the number of the part, so all options of one
control share it: it is the `message` of the event, and with `spends` the script that stores a press spends it.
An action or a value may hold any text; `%`, `.` and `~` in it are written as `%25`, `%2E` and `%7E`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.actions import ASKED_OF
from bot.chat.events import Answered, Pasted, Pressed, Said
from bot.vault import Vault
from knowledge.load import Knowledge

LIMIT = 100
"""Characters; Discord's limit of a custom id, the shortest on any platform."""
CONTINUE = "continue"
"""Action of the button that opens a form for plain words."""
UNKNOWN = "?"
"""The value of "I don't know"."""
DOUBLE = 10
"""Seconds in which a second press is the same one, where a control may be used again later."""


Seal = Callable[[int, str, Sequence[str]], str]
"""Return what a control carries, by the number of its part, its action and its values; ValueError where too long."""


@dataclass(frozen=True)
class Control:
    """A press: what it means, and which control it was."""

    action: str
    values: tuple[str, ...]
    nonce: str


def sealed(vault: Vault, place: str, control: Control) -> str:
    """Return what a control carries; ValueError where it is too long.

    `place` is the conversation, with the person behind it where only one may press: `discord:1:2:3 discord:1:9`.
    """
    if "~" in control.nonce:
        raise ValueError(f"A nonce cannot hold a tilde: {control.nonce!r}.")
    text = f"{'.'.join(map(_escaped, [control.action, *control.values]))}~{control.nonce}"
    carried = f"{text}~{vault.sign(_bound(place, text))}"
    if len(carried) > LIMIT:
        raise ValueError(f"A control cannot carry {carried!r}.")
    return carried


def sealing(
    vault: Vault, conversation: str, key: str, to: str | None = None
) -> Callable[[int, str, Sequence[str]], str]:
    """Return what seals the controls of one reply, whose outbox key `key` is.

    They work in its conversation alone, and for the person `to` alone where one is set.
    """
    place = f"{conversation} {to}" if to else conversation

    def seal(part: int, action: str, values: Sequence[str]) -> str:
        return sealed(vault, place, Control(action, tuple(values), f"{key}.{part}"))

    return seal


def unsealed(vault: Vault, place: str, carried: str) -> Control | None:
    """Return the control that was sealed for this place; None for one of another place, or that we never made."""
    text, _, signature = carried.rpartition("~")
    if not text or not vault.verifies(_bound(place, text), signature):
        return None
    meaning, _, nonce = text.rpartition("~")
    action, *values = map(_plain, meaning.split("."))
    return Control(action, tuple(values), nonce)


def _bound(place: str, text: str) -> str:
    # With its length, so that no other place and text read the same.
    return f"{len(place)} {place} {text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(".", "%2E").replace("~", "%7E")


def _plain(text: str) -> str:
    return text.replace("%7E", "~").replace("%2E", ".").replace("%25", "%")


def action_of(carried: str) -> str:
    """Return what a sealed control means, unverified: enough to tell which of our own controls to take away."""
    return _plain(carried.partition("~")[0].partition(".")[0])


def meant(control: Control, chosen: Sequence[str], knowledge: Knowledge) -> Answered | Pressed:
    """Return the event that a press is; `chosen` is what a menu adds to what its control carries."""
    if control.action != "answer" or not control.values:
        return Pressed(action=control.action, values=(*control.values, *chosen))
    fact, *given = (*control.values, *chosen)
    if not given or UNKNOWN in given:
        return Answered(facts={fact: None})
    match knowledge.facts[fact].type if fact in knowledge.facts else None:
        case "bool":
            return Answered(facts={fact: given[0] == "true"})
        case "set":
            return Answered(facts={fact: tuple(given)})
        case _:
            return Answered(facts={fact: given[0]})


def filled(control: Control, sent: Answered | Pasted | Said) -> Answered | Pasted | Said | None:
    """Return what was sent in a form, as far as its control had opened it for that; None where that is nothing."""
    match sent:
        case Answered():
            asked = control.values if control.action in ("form", "fix") else ()
            facts = {fact: sent.facts[fact] for fact in asked if fact in sent.facts}
            notes = {fact: note for fact, note in sent.notes.items() if fact in facts}
            told = {"facts": facts, "notes": notes, "corrects": control.action == "fix"}
            return sent.model_copy(update=told) if facts else None
        case Pasted():
            purpose = {"trial": "samples", "dataset": "dataset"}.get(control.action)
            return sent.model_copy(update={"purpose": purpose}) if purpose else None
        case Said():
            return sent if control.action == CONTINUE else None


def edition(control: Control, chosen: Sequence[str], person: str, at: datetime) -> str:
    """Tell presses of one control apart that each count.

    Everybody's thumb, and everybody's wish for what only some may do; each fact of a list to correct, each section of
    a report, and the wish for that list or for a column, which may come again later.
    """
    if control.action in ASKED_OF:
        return person
    match control.action:
        case "feedback":
            return person
        case "fix" | "report":
            return ".".join((*control.values, *(() if control.values else chosen)))
        case "column" | "correct" | "show":
            return ".".join((*control.values, *chosen, str(int(at.timestamp() // DOUBLE))))
        case _:
            return ""
