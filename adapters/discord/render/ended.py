"""What stays of a message once a press has settled a part of it, or once what it asks is asked anew. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from adapters.discord.render.custom_ids import nonce_of
from adapters.discord.render.limits import CONTAINER, FILE, GALLERY, ROW, TEXT, Json
from bot.chat.actions import LIVE
from bot.chat.controls import CONTINUE, action_of

OTHERWISE = ("-# Or reply ", "-# Or press ", "-# Or type ")
"""How a line begins that says how else a question can be answered."""
_UPLOADED = re.compile(r"(?:.*/)?(?:ephemeral-)?attachments/\d+/\d+/([^/]+)")
"""Path of the address of an uploaded file: `/attachments/<channel>/<id>/<name>`."""
Goes = Callable[[Mapping[str, Any]], bool]


def settled(components: Sequence[Json], nonce: str, line: str) -> list[Json]:
    """Return the components of a message after a press: in the place of that control stands a line of markdown.

    As they are sent, not as they came: what shows a file names it.
    """

    def goes(control: Mapping[str, Any]) -> bool:
        # The way to answer in words stays.
        carried = str(control.get("custom_id") or "")
        return nonce_of(carried) == nonce and not carried.startswith(f"{CONTINUE}~")

    kept, told = _without(components, goes, line)
    return kept if told else []


def ended(components: Sequence[Json], line: str = "") -> list[Json]:
    """Return the components of a message that is live no more; `line` says in markdown what was answered to it."""
    return _without(components, of_live, line)[0]


def of_live(control: Mapping[str, Any]) -> bool:
    """Tell whether a control ends with the message that holds it."""
    carried = str(control.get("custom_id") or "")
    return "~" in carried and action_of(carried) in LIVE


def _without(components: Sequence[Json], goes: Goes, line: str) -> tuple[list[Json], bool]:
    made: list[Json] = []
    told = False
    shown: Json = {"type": TEXT, "content": line}
    for each in components:
        kind = each["type"]
        if kind == ROW and any(goes(held) for held in each["components"]):
            left = [held for held in each["components"] if not goes(held)]
            made += [] if told or not line else [shown]
            made += [{**each, "components": left}] if left else []
            told = True
        elif kind == CONTAINER:
            inner, found = _without(each["components"], goes, "" if told else line)
            if found and not any(held["type"] == ROW for held in inner):
                inner = [held for held in inner if not str(held.get("content") or "").startswith(OTHERWISE)]
            told = told or found
            made += [{**each, "components": inner}] if inner else []
        elif kind in (GALLERY, FILE):
            made.append(_named(each))
        else:
            made.append(each)
    return made, told


def _named(component: Json) -> Json:
    """Return what shows files by their names: they came with addresses, which a file component does not take."""
    if component["type"] == FILE:
        return {"type": FILE, "file": _by_name(component["file"])}
    items: Sequence[Json] = component["items"]
    shown = [{k: v for k, v in item.items() if k in ("description", "spoiler") and v} for item in items]
    return {
        "type": GALLERY,
        "items": [{"media": _by_name(item["media"]), **more} for item, more in zip(items, shown, strict=True)],
    }


def _by_name(media: Mapping[str, Any]) -> Json:
    # The list of attachments leaves out what components show, so that only the address has the name.
    url = str(media.get("url") or "")
    found = _UPLOADED.fullmatch(urlsplit(url).path)
    return {"url": f"attachment://{unquote(found[1])}" if found else url}
