"""How a server likes to be asked: learnt from its refusals, whatever the words."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from bot.text.tokens import estimate

FORMATS = ("json_schema", "json_object", "plain")
CAPS = ("max_tokens", "max_completion_tokens")
LEAST_CAP = 32
"""Tokens below which an answer's limit is not lowered: then it is the question that is too long."""
ROOM = 16
"""Tokens that a chat template takes beside the texts."""
Message = Mapping[str, str]


@dataclass(frozen=True)
class Manners:
    """What a server was found to accept; learnt from its refusals and kept for its next calls."""

    format: int = 0
    """Index into FORMATS."""
    cap: str = "max_tokens"
    """The name of the limit of an answer; empty where none is taken."""
    most: int = 0
    """Tokens that an answer may have at most; 0 where no limit is known."""
    window: int = 0
    """Tokens that question and answer may have together; 0 where that is not known."""
    temperature: bool = True
    store: bool = False
    system: bool = True
    """False where instructions have to stand in the user's message."""
    alternating: bool = False
    """True where user and assistant have to take turns."""

    def said(self) -> str:
        """Say in one line what is special about it, "" where nothing is."""
        told = [
            "" if self.system else "no system messages",
            "turns of user and assistant only" if self.alternating else "",
            f"answers of at most {self.most:,} tokens" if self.most else "",
            f"{self.window:,} tokens in all" if self.window else "",
            "" if self.cap == "max_tokens" else f"{self.cap or 'no limit'} for the length of an answer",
            "" if self.temperature else "a temperature of its own",
            f"forms as {FORMATS[self.format].replace('plain', 'words')}" if self.format else "",
        ]
        return ", ".join(filter(None, told))


def request(
    name: str,
    messages: Sequence[Message],
    max_tokens: int,
    temperature: float | None,
    schema: Mapping[str, Any] | None,
    manners: Manners,
) -> dict[str, Any]:
    """Return the body of a request, within what the server was found to accept."""
    said = [dict(message) for message in messages]
    body: dict[str, Any] = {"model": name, "messages": said}
    if schema is not None and FORMATS[manners.format] != "json_schema":
        asked = f"Answer with one JSON object and nothing else. It must fit this JSON schema:\n{json.dumps(schema)}"
        if said and said[0]["role"] == "system":
            said[0]["content"] += f"\n\n{asked}"
        else:
            said.insert(0, {"role": "system", "content": asked})
    if not manners.system:
        said[:] = _without_system(said)
    if manners.alternating:
        said[:] = _in_turns(said)
    if manners.cap:
        body[manners.cap] = _limit(said, max_tokens, manners)
    if temperature is not None and manners.temperature:
        body["temperature"] = temperature
    if manners.store:
        body["store"] = False
    if schema is not None and FORMATS[manners.format] == "json_schema":
        form = {"name": "answer", "schema": schema, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    elif schema is not None and FORMATS[manners.format] == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def adapted(
    manners: Manners,
    body: Mapping[str, Any],
    said: str,
    tried: Sequence[tuple[Manners, Mapping[str, Any]]] = (),
) -> Manners | None:
    """Return the manners without what this request was refused for, None where the refusal is about something else.

    `tried` are the manners and requests that were refused before. Where a refusal gives no reason, one thing after the
    other is changed, each by itself.
    """
    low = said.lower()
    refused = [manners, *(held for held, _ in tried)]
    silent = _is_silent(low)
    if silent and tried:
        manners, body = tried[0]
    for told, change in _CHANGES:
        if silent or told(low, body):
            after = change(manners, body, low)
            if after is not None and after not in refused:
                return after
    # Where none of it was the whole reason, several may be.
    plainest = manners
    for change in (_in_words, _no_system, _no_store):
        plainest = change(plainest, body, low) or plainest
    return plainest if silent and plainest not in refused else None


def _is_silent(low: str) -> bool:
    """Tell whether a refusal says nothing but that it is one."""
    words = set(re.findall(r"[a-z_]{3,}", low))
    return words <= _EMPTY_WORDS


_EMPTY_WORDS = frozenset(
    {"error", "message", "type", "code", "param", "null", "none", "bad", "request", "invalid", "invalid_request_error"}
    | {"badrequesterror", "bad_request", "detail", "details", "object", "the", "status", "value", "unprocessable"}
    | {"entity", "your", "was", "could", "not", "processed", "please", "try", "again", "for", "failed", "validation"}
    | {"title", "timestamp", "path", "body", "chat", "completions", "http"}
)


def _of_format(low: str, body: Mapping[str, Any]) -> bool:
    words = ("response_format", "response format", "json_schema", "json_object", "json schema", "json mode", "grammar")
    return any(word in low for word in (*words, "structured", "guided", "outlines", "json_mode", "response schema"))


def _next_format(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    form = body.get("response_format", {}).get("type")
    return replace(manners, format=max(manners.format, FORMATS.index(form) + 1)) if form else None


def _in_words(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    return replace(manners, format=len(FORMATS) - 1) if "response_format" in body else None


def _of_temperature(low: str, body: Mapping[str, Any]) -> bool:
    return "temperature" in low


def _no_temperature(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    return replace(manners, temperature=False) if "temperature" in body else None


def _of_size(low: str, body: Mapping[str, Any]) -> bool:
    """Tell whether it is the number of tokens that is refused, and not the name under which it is sent."""
    named = any(cap in low for cap in (*CAPS, "max_new_tokens", "maxoutputtokens", "max output tokens"))
    tokens = named or "tokens" in low or ("context" in low and any(w in low for w in ("length", "window", "size")))
    return tokens and not _of_name(low, body) and (not named or _sized(low) or bool(_numbers(low)))


def _sized(low: str) -> bool:
    words = ("too large", "too big", "too high", "exceed", "at most", "less than", "maximum", "larger", "greater")
    return any(word in low for word in (*words, "must be", "limit", "context", "smaller", "up to", "range", "<="))


def _of_name(low: str, body: Mapping[str, Any]) -> bool:
    cap = next((cap for cap in CAPS if cap in body), "")
    words = (
        "unsupported",
        "not supported",
        "unrecognized",
        "unknown",
        "instead",
        "extra",
        "not permitted",
        "unexpected",
    )
    return bool(cap) and cap in low and any(word in low for word in (*words, "not allowed", "deprecated", "no such"))


def _other_name(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    if manners.cap not in CAPS:
        return None
    return replace(manners, cap=CAPS[1 - CAPS.index(manners.cap)])


def _no_name(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    return replace(manners, cap="") if manners.cap else None


def _smaller(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    """Return manners with a smaller answer: what the server names, else half."""
    cap = next((cap for cap in CAPS if cap in body), None)
    if cap is None:
        return None
    sent = int(body[cap])
    numbers = _numbers(low)
    asked = _asked(body)
    window = _window(low)
    if window and 0.8 * asked > window:
        return None  # the question alone is too long
    if window:
        into = next((n for n in numbers if n + sent in numbers and n != sent), 0)
        room = window - max(into, round(asked * 1.1)) - ROOM
        # An estimate may be too small for this tokenizer: what was refused before is not asked for again.
        if manners.window == window or room >= sent:
            room = sent // 2
        return replace(manners, window=window, most=max(LEAST_CAP, room)) if room >= LEAST_CAP else None
    named = [n for n in numbers if LEAST_CAP <= n < sent]
    most = max(named) if named else sent // 2
    return replace(manners, most=most) if most >= LEAST_CAP else None


def _window(low: str) -> int:
    """Return how many tokens question and answer may have together, where a refusal names it; 0 where it does not."""
    if told := re.search(r"\bn_ctx\W{1,4}(\d+)", low):
        return int(told[1])
    found = re.search(
        r"(?:context|sequence|model(?:'s|’s)? max(?:imum)?)[\w\s'’()]{0,40}?(?:length|window|size|len|limit)"
        r"[^\d]{0,30}?(\d[\d,]*)|(\d[\d,]*)[- ]?tokens? context|\+ ?`?max_(?:new_)?tokens`?[^\d]{0,20}(\d[\d,]*)",
        low,
    )
    return int((found[1] or found[2] or found[3]).replace(",", "")) if found else 0


def _numbers(low: str) -> list[int]:
    return [
        int(n.replace(",", "")) for n in re.findall(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.])\d+(?![\w])", low)
    ]


def _asked(body: Mapping[str, Any]) -> int:
    return sum(estimate(str(message.get("content") or "")) + 4 for message in body["messages"])


def _limit(messages: Sequence[Mapping[str, Any]], wanted: int, manners: Manners) -> int:
    most = min(wanted, manners.most or wanted)
    if manners.window:
        asked = sum(estimate(str(message.get("content") or "")) + 4 for message in messages)
        most = min(most, max(LEAST_CAP, manners.window - round(1.1 * asked) - ROOM))
    return most


def _of_store(low: str, body: Mapping[str, Any]) -> bool:
    return "store" in low


def _no_store(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    return replace(manners, store=False) if "store" in body else None


def _of_roles(low: str, body: Mapping[str, Any]) -> bool:
    words = ("alternat", "consecutive", "same role", "user/assistant", "multiple user", "multiple system", "in turn")
    return any(word in low for word in (*words, "only user and assistant", "roles must", "first message"))


def _turns(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    """Return manners with turns; where they are taken already, it is the system's message that breaks them."""
    roles = [message["role"] for message in body["messages"]]
    rest = [role for role in roles if role != "system"]
    mixed = any(one == other for one, other in pairwise(rest)) or rest[:1] == ["assistant"]
    if mixed and not manners.alternating:
        return replace(manners, alternating=True)
    return _no_system(manners, body, low)


def _of_system(low: str, body: Mapping[str, Any]) -> bool:
    words = ("support", "unknown", "invalid", "allowed", "should be", "must be", "expected", "one of")
    return "system" in low or "developer instruction" in low or ("role" in low and any(w in low for w in words))


def _no_system(manners: Manners, body: Mapping[str, Any], low: str) -> Manners | None:
    return replace(manners, system=False) if any(m["role"] == "system" for m in body["messages"]) else None


_Told = Callable[[str, Mapping[str, Any]], bool]
_Change = Callable[[Manners, Mapping[str, Any], str], Manners | None]
_CHANGES: tuple[tuple[_Told, _Change], ...] = (
    (_of_format, _next_format),
    (_of_format, _in_words),
    (_of_name, _other_name),
    (_of_name, _no_name),
    (_of_temperature, _no_temperature),
    (_of_roles, _turns),
    (_of_size, _smaller),
    (_of_system, _no_system),
    (_of_store, _no_store),
)


def _without_system(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    told = "\n\n".join(str(m["content"]) for m in messages if m["role"] == "system")
    rest = [m for m in messages if m["role"] != "system"]
    if not told:
        return rest
    if rest and rest[0]["role"] == "user":
        return [{**rest[0], "content": f"{told}\n\n{rest[0]['content']}"}, *rest[1:]]
    return [{"role": "user", "content": told}, *rest]


def _in_turns(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for message in messages:
        if made and made[-1]["role"] == message["role"]:
            made[-1] = {**made[-1], "content": f"{made[-1]['content']}\n\n{message['content']}"}
        else:
            made.append(message)
    first = next((n for n, message in enumerate(made) if message["role"] != "system"), None)
    if first is not None and made[first]["role"] == "assistant":
        made.insert(first, {"role": "user", "content": "Begin."})
    return made
