"""Which messages of a reply are in a thread already. Pure.

Metadata is handed out only to who has a scope for it; without it a message is known by the controls in it, which are
sealed with the reply's key, a file by its name, and all else by its words, if it was written after the reply was
committed.
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.slack.files import part_of
from adapters.slack.outbound.send import EVENT, in_words, instead
from adapters.slack.render.messages import Message, Outgoing, Running, Upload

Json = Mapping[str, Any]
Sent = Outgoing | Sequence[Upload]
SKEW = 2.0
"""Seconds that Slack's clock may be behind ours."""


def arrived(out: Sequence[Sent], listed: Iterable[Json], key: str, since: datetime | None) -> dict[int, str]:
    """Return the `ts` of each part that is among the messages of a thread."""
    own = [each for each in listed if each.get("bot_id")]
    found: dict[int, str] = {}
    for each in own:
        for part in _marked(key, each):
            found.setdefault(part, str(each["ts"]))
    after = since.timestamp() - SKEW if since else 0.0
    left = {
        str(each["ts"]): each
        for each in own
        if float(each["ts"]) >= after and not _metadata(each) and str(each["ts"]) not in found.values()
    }
    for part, each in enumerate(out):
        if part in found:
            continue
        ts = next((ts for ts, held in left.items() if any(_is(one, held) for one in _forms(each))), None)
        if ts is not None:
            found[part] = ts
            del left[ts]
    return found


def begun(markdown: str, listed: Iterable[Json], since: datetime | None) -> str | None:
    """Return the `ts` of a message that is the beginning of this text: a stream that broke off."""
    whole, after = _letters(markdown), since.timestamp() - SKEW if since else 0.0
    own = (each for each in listed if each.get("bot_id") and float(each["ts"]) >= after and not _metadata(each))
    return next((str(each["ts"]) for each in own if (said := _letters(_text(each))) and whole.startswith(said)), None)


def _forms(sent: Sent) -> list[Message]:
    """Return how a part may have been said: words stand in for files and pictures that Slack does not take."""
    match sent:
        case Running():
            return [sent.message]
        case Message():
            words = f"{sent.words}\n\n{instead(sent.pictures).words}"
            return [sent, *([Message(sent.blocks, words)] if sent.pictures else [])]
        case Upload():
            return [instead([sent])]
        case _:
            return [instead(sent)]


def _marked(key: str, message: Json) -> list[int]:
    """Return which parts of the reply with this key a message says that it holds."""
    metadata = _metadata(message)
    payload: Json = metadata.get("event_payload") or {}
    mine = metadata.get("event_type") == EVENT and payload.get("key") == key and not payload.get("more")
    parts = [int(payload["part"])] if mine and str(payload.get("part", "")).isdigit() else []
    names = [str(file.get("name") or "") for file in message.get("files") or ()]
    return parts + [part for name in names if (part := part_of(name, key)) is not None]


def _is(message: Message, held: Json) -> bool:
    """Tell whether a message of ours is this one, which a press may have changed since."""
    ours, theirs = _controls(message.blocks), _controls(held.get("blocks") or ())
    if ours and theirs:
        return bool(ours & theirs)
    said = _letters(_text(held))
    return bool(said) and said in (_letters(message.text), _letters(in_words(message)[-1]))


def _metadata(message: Json) -> Json:
    return message.get("metadata") or {}


def _controls(blocks: Iterable[Json]) -> set[str]:
    """Return of which parts of which replies the controls are."""
    elements: list[Json] = [each for block in blocks for each in (*(block.get("elements") or ()), block)]
    elements += [each["accessory"] for each in elements if each.get("accessory")]
    carried: list[object] = []
    for each in elements:
        thumb: Json = each.get("positive_button") or {}
        options: Sequence[Json] = each.get("options") or ()
        carried += [each.get("value"), thumb.get("value"), *(option.get("value") for option in options)]
    return {each.split("~")[-2] for each in carried if isinstance(each, str) and each.count("~") > 1}


def _text(message: Json) -> str:
    return str(message.get("text") or "")


def _letters(text: str) -> str:
    """Return the letters and digits of a text: Slack makes its own markup of what it was given."""
    return re.sub(r"[\W_]+", "", html.unescape(text)).casefold()
