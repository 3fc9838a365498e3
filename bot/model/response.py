"""What a server sent back: taken apart with care, since not every server keeps to the form."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from bot.model.errors import ModelError, is_page, no_api
from bot.text.json import as_count, as_line, as_list, as_object, is_deep

_TOO_DEEP = "it is nested too deep"


@dataclass(frozen=True)
class Completion:
    """What a model answered, and what it took."""

    text: str
    tokens_in: int
    tokens_out: int
    seconds: float
    cut: bool = False
    """True where the answer reached the limit of tokens and broke off."""
    cached: bool = False
    """True where the same was asked before, so that nothing was sent."""


def read(body: str, *, name: str, where: str, seconds: float) -> Completion:
    """Return the first choice of a chat completion. Raises ModelError where there is none."""
    data = _object(body, where)
    choice = as_object(next(iter(as_list(data.get("choices"))), None))
    if not choice:
        error: object = data.get("error")
        said = as_line(as_object(error).get("message")) or as_line(error)
        raise ModelError("empty", f"{where} sent no answer{f': {said}' if said else ''}. Try again.", body[:300])
    message, finish = as_object(choice.get("message")), choice.get("finish_reason")
    if message.get("refusal") or finish == "content_filter":
        raise ModelError("refused", f"{name} declines to answer this. Try other words or another model.", body[:300])
    text, cut = _text(message.get("content")), finish == "length"
    if not text.strip() and cut:
        raise ModelError("truncated", f"{name} used up its tokens before it answered. Try another model.", body[:300])
    if not text.strip():
        raise ModelError("empty", f"{name} gave an empty answer. Try again, or use another model.", body[:300])
    usage = as_object(data.get("usage"))
    return Completion(
        text, as_count(usage.get("prompt_tokens")), as_count(usage.get("completion_tokens")), seconds, cut
    )


def names(body: str, *, where: str) -> list[str]:
    """Return the ids of a list of models."""
    rows = [as_object(row).get("id") for row in as_list(_object(body, where).get("data"))]
    return [name for name in rows if isinstance(name, str)]


def end_dates(body: str, *, where: str) -> dict[str, date]:
    """Return the days that a list of models names as the last of each; what is no day is none."""
    found: dict[str, date] = {}
    for row in map(as_object, as_list(_object(body, where).get("data"))):
        name, day = row.get("id"), row.get("shutdown_date")
        if isinstance(name, str) and isinstance(day, str):
            with suppress(ValueError):
                found[name] = date.fromisoformat(day)
    return found


def parse(text: str, schema: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str]:
    """Return the object that a model wrote, or None and what is wrong with it in words that the model can use."""
    import jsonschema_rs

    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return None, "there is no JSON object in it"
    try:
        data: object = json.loads(text[start : end + 1])
    except ValueError as error:
        return None, f"it is no valid JSON ({error})"
    except RecursionError:
        return None, _TOO_DEEP
    if is_deep(data):
        return None, _TOO_DEEP
    fault = next(jsonschema_rs.validator_for(dict(schema)).iter_errors(data), None)
    if fault is not None:
        path = "/".join(str(step) for step in fault.instance_path)
        return None, f"{fault.message}{f' (at {path})' if path else ''}"
    return as_object(data), ""


def _object(body: str, where: str) -> dict[str, Any]:
    if is_page(body):
        raise ModelError("html", no_api(where), f"{where}: {body[:300]}")
    if not body.strip():
        raise ModelError("empty", f"{where} sent nothing at all. Try again, or use another model.")
    try:
        data: Any = json.loads(body)
    except ValueError:
        if body.lstrip().startswith(("{", "[")):
            raise ModelError(
                "truncated", f"{where} broke off in the middle of its answer. Try again.", body[-300:]
            ) from None
        raise ModelError("html", no_api(where), f"{where}: {body[:300]}") from None
    except RecursionError:
        raise ModelError("html", no_api(where), f"{where}: {body[:300]}") from None
    if not isinstance(data, dict):
        raise ModelError("html", no_api(where), f"{where}: {body[:300]}")
    return as_object(cast(object, data))


def _text(content: object) -> str:
    """Return the text of a message; some servers send it in pieces."""
    if isinstance(content, str):
        return content
    pieces = [as_object(piece).get("text") for piece in as_list(content)]
    return "".join(piece for piece in pieces if isinstance(piece, str))
