"""How a server likes to be asked: learnt from its refusals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

FORMATS = ("json_schema", "json_object", "plain")
Message = Mapping[str, str]


@dataclass
class Manners:
    """What a server was found to accept; learnt from its refusals and kept for its next calls."""

    format: int = 0
    """Index into FORMATS."""
    cap: str = "max_tokens"
    temperature: bool = True
    store: bool = False


def request(
    name: str,
    messages: Sequence[Message],
    max_tokens: int,
    temperature: float | None,
    schema: Mapping[str, Any] | None,
    manners: Manners,
) -> dict[str, Any]:
    """Return the body of a request, within what the server was found to accept."""
    body: dict[str, Any] = {"model": name, "messages": [dict(m) for m in messages], manners.cap: max_tokens}
    if temperature is not None and manners.temperature:
        body["temperature"] = temperature
    if manners.store:
        body["store"] = False
    if schema is None:
        return body
    if FORMATS[manners.format] == "json_schema":
        form = {"name": "answer", "schema": schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
        return body
    if FORMATS[manners.format] == "json_object":
        body["response_format"] = {"type": "json_object"}
    asked = f"Answer with one JSON object and nothing else. It must fit this JSON schema:\n{json.dumps(schema)}"
    system = body["messages"][0] if body["messages"][0]["role"] == "system" else None
    if system:
        system["content"] += f"\n\n{asked}"
    else:
        body["messages"].insert(0, {"role": "system", "content": asked})
    return body


def adapted(manners: Manners, body: Mapping[str, Any], said: str) -> Manners | None:
    """Return the manners without what this request was refused for, None where the refusal is about something else."""
    low = said.lower()
    form = body.get("response_format", {}).get("type")
    if form and any(word in low for word in ("response_format", "response format", "json_schema", "json_object")):
        return replace(manners, format=max(manners.format, FORMATS.index(form) + 1))
    cap, other = "max_tokens", "max_completion_tokens"
    if cap not in body:
        cap, other = other, cap
    # "Too many tokens" is about the number and not about the name.
    if cap in body and cap in low and "context" not in low and "too large" not in low:
        return replace(manners, cap=other)
    if "temperature" in body and "temperature" in low:
        return replace(manners, temperature=False)
    if "store" in body and "store" in low:
        return replace(manners, store=False)
    return None
