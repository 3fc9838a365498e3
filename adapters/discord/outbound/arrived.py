"""Which messages of a reply are in a channel already. Pure.

History does not tell the nonce of a message, so it is known by the controls in it, which are sealed with the reply's
key, and where it has none by its words, if it was written after the reply was committed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from adapters.discord.render.custom_ids import nonce_of
from adapters.discord.render.ended import OTHERWISE
from adapters.discord.render.limits import CONTENT, units
from adapters.discord.render.messages import Message, Outgoing, Running, walk
from bot.text.split import split

Json = Mapping[str, Any]
SKEW = timedelta(seconds=2)
"""How far Discord's clock may be behind ours."""


def arrived(out: Sequence[Outgoing], listed: Iterable[Json], me: str, since: datetime | None) -> dict[int, str]:
    """Return the id of each part that is among the messages of a channel, the newest of which come first."""
    own = [each for each in listed if str(each["author"]["id"]) == me]
    later = [each for each in own if since is None or datetime.fromisoformat(each["timestamp"]) >= since - SKEW]
    left = {str(each["id"]): each for each in reversed(later)}
    found: dict[int, str] = {}
    for part, each in enumerate(out):
        message = each.message if isinstance(each, Running) else each
        id = next((id for id, held in left.items() if _is(message, held)), None)
        if id is not None:
            found[part] = id
            del left[id]
    return found


def _is(message: Message, held: Json) -> bool:
    """Tell whether a message of ours is this one, which a press may have changed since."""
    components: Sequence[Json] = held.get("components") or ()
    ours, theirs = _controls(message.components), _controls(components)
    if ours and theirs:
        return bool(ours & theirs)
    if held.get("content"):
        return _plain(str(held["content"])) == _plain(split(message.words, CONTENT, length=units)[-1:])
    shown = _texts(components)
    wanted = [each for each in _texts(message.components) if each and not each.startswith(OTHERWISE)]
    return all(each in shown for each in wanted) if wanted else bool(message.files) and not shown and bool(components)


def _controls(components: Iterable[Json]) -> set[str]:
    """Return of which parts of which replies the controls are."""
    carried = (str(each.get("custom_id") or "") for each in walk(components))
    return {nonce for each in carried if (nonce := nonce_of(each))}


def _texts(components: Iterable[Json]) -> list[str]:
    return [_plain(str(each.get("content") or "")) for each in walk(components) if "content" in each]


def _plain(text: str | Sequence[str]) -> str:
    """Return a text without the spaces that Discord may take from its ends."""
    return " ".join((text if isinstance(text, str) else "".join(text)).split())
