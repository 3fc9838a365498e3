"""What stays of a message once a press has settled a part of it, or once what it asks is asked anew. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.render.action_ids import PREFIX
from adapters.slack.render.controls import TYPED
from adapters.slack.render.limits import Block
from bot.chat.actions import LIVE
from bot.chat.controls import action_of

Json = Mapping[str, Any]


def settled(blocks: Sequence[Block], action_id: str, line: str) -> list[Block]:
    """Return the blocks of a message after a press: in the place of that part's controls, and of how to answer
    in words, stands a line of markup.
    """
    return _without(blocks, {_part(action_id)}, line)


def ended(blocks: Sequence[Block], line: str = "") -> list[Block]:
    """Return the blocks of a message that is live no more; `line` says in markup what was answered to it."""
    parts = {_part(id) for block in blocks for each in _elements(block) if (id := _of_live(each))}
    return _without(blocks, parts, line) if parts else list(blocks)


def _without(blocks: Sequence[Block], parts: set[str], line: str) -> list[Block]:
    told: Block | None = (
        {"type": "context", "elements": [{"type": "mrkdwn", "text": line, "verbatim": True}]} if line else None
    )
    kept: list[Block] = []
    gone = False
    for block in blocks:
        hint = gone and block.get("type") == "context" and str(block["elements"][0].get("text")).startswith(TYPED)
        gone = any(_part(str(each.get("action_id", ""))) in parts for each in _elements(block))
        if gone and told is not None:
            kept.append(told)
            told = None
        elif not gone and not hint:
            kept.append(block)
    return kept


def _elements(block: Block) -> list[Json]:
    return [*(block.get("elements") or ()), block.get("accessory") or {}]


def _part(action_id: str) -> str:
    """Return the part that a control belongs to."""
    return action_id.partition(".")[0] if action_id.startswith(f"{PREFIX}|") else ""


def _of_live(element: Json) -> str:
    """Return the id of a control that ends with its message; empty for all else."""
    id = str(element.get("action_id", ""))
    options: Sequence[Json] = element.get("options") or ()
    positive: Json = element.get("positive_button") or {}
    carried = [element.get("value"), positive.get("value"), *(option.get("value") for option in options)]
    live = any(isinstance(each, str) and "~" in each and action_of(each) in LIVE for each in carried)
    return id if live and id.startswith(f"{PREFIX}|") else ""
