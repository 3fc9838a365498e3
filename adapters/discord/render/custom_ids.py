"""What our buttons, menus and forms carry over Discord's wire, and what comes back when one is used. Pure.

    answer.tone.style~5f0c2a7e91b3d4c60.2~kq3v0Zr1x8Ab     the sealed control (bot.chat.controls)
    ...~kq3v0Zr1x8Ab|AQ.BM                                and where the message stands elsewhere, its conversation
    ...~kq3v0Zr1x8Ab|#1                                   and where options fill several menus, which menu it is

The place that a control is bound to follows from where it is pressed: the thread, the DM, or for a private consultation
the channel and the person. Only where an answer had to go elsewhere (a DM instead of a channel, a channel instead of a
thread) does it carry its conversation; a wrong one does not fit the seal.

A menu's control says what is chosen for, `answer` (fact) or an action; what was chosen comes with the press.
"""

import base64

from adapters.discord import ids
from adapters.discord.render.limits import CUSTOM_ID


def custom_id(sealed: str, conversation: str | None = None, number: int = 0) -> str:
    """Return what a control carries; ValueError where it is too long."""
    made = sealed
    if conversation is not None:
        made += f"|{_address(conversation)}"
    if number:
        made += f"|#{number}"
    if len(made) > CUSTOM_ID:
        raise ValueError(f"A control cannot carry {made!r}.")
    return made


def read(carried: str, user: str) -> tuple[str, str | None]:
    """Return (sealed control, the conversation that it names); None where it follows from the place of the press."""
    head, tilde, tail = carried.rpartition("~")
    signature, *more = tail.split("|")
    named = next((each for each in more if not each.startswith("#")), None)
    return head + tilde + signature, _named(named, user) if named else None


def nonce_of(carried: str) -> str | None:
    """Return which control a custom_id is of, unchecked; None where it is none of ours."""
    text, _, signature = carried.rpartition("~")
    meant, _, nonce = text.rpartition("~")
    return nonce if meant and nonce and signature else None


def _address(conversation: str) -> str:
    place = ids.place(conversation)
    return f"{_short(place.guild)}.{_short(place.channel)}{'.@' if place.person else ''}"


def _named(address: str, user: str) -> str | None:
    guild, _, rest = address.partition(".")
    channel, private, _ = rest.partition(".@")
    try:
        place = ids.Place(_long(guild), _long(channel), user if private else None)
        return ids.conversation(place) if channel else None
    except ValueError:
        return None


def _short(id: str) -> str:
    if not id.isdigit():
        return ""
    number = int(id)
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8 or 1, "big")).decode().rstrip("=")


def _long(text: str) -> str:
    if not text:
        return ids.DIRECT
    return str(int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True), "big"))
