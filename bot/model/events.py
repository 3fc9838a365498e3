"""An answer that comes as server-sent events though none were asked for, as the one body that they make."""

import json
import re
from typing import Any

from bot.text.json import as_list, as_object

_EVENT = re.compile(r"(?:data|event|id|retry)?:")


def is_stream(body: str) -> bool:
    """Tell whether a body is server-sent events."""
    return bool(_EVENT.match(body.lstrip()))


def joined(body: str) -> dict[str, Any]:
    """Return the completion that the events of a body tell piece by piece, or whole; {} where they tell none.

    One that ends without a reason has the finish "cut".
    """
    text = {"content": "", "reasoning_content": ""}
    calls: dict[int, dict[str, Any]] = {}
    whole: dict[str, Any] = {}
    told: dict[str, Any] = {}
    finish: object = None
    ended = False
    # A text within may hold other signs that elsewhere end a line.
    for line in body.split("\n"):
        name, _, value = line.partition(":")
        if name.strip() != "data":
            continue
        ended |= value.strip() == "[DONE]"
        try:
            data = as_object(json.loads(value))
        except (ValueError, RecursionError):
            continue
        if data.get("error"):
            return data
        told = {**told, **{key: data[key] for key in ("usage",) if data.get(key)}}
        choice = as_object(next(iter(as_list(data.get("choices"))), None))
        if choice.get("message"):
            whole = data
        delta = as_object(choice.get("delta"))
        text["content"] += piece if isinstance(piece := delta.get("content"), str) else ""
        thought = delta.get("reasoning_content") or delta.get("reasoning")
        text["reasoning_content"] += thought if isinstance(thought, str) else ""
        for each in map(as_object, as_list(delta.get("tool_calls"))):
            _add(calls, each)
        finish = choice.get("finish_reason") or finish
    if whole:
        return whole
    if not any(text.values()) and not calls and finish is None:
        return {}
    message = {"role": "assistant", **text, "tool_calls": [{"function": call} for call in calls.values()]}
    return {**told, "choices": [{"message": message, "finish_reason": finish or ("stop" if ended else "cut")}]}


def _add(calls: dict[int, dict[str, Any]], piece: dict[str, Any]) -> None:
    place = piece.get("index")
    call = calls.setdefault(place if isinstance(place, int) else 0, {"name": "", "arguments": ""})
    for name, value in as_object(piece.get("function")).items():
        if name in call and isinstance(value, str):
            call[name] += value
