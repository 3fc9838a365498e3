"""Checks of one row, as plain data."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
ROW_KEYS = frozenset({"messages", "tools", "functions", "parallel_tool_calls"})
MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "function_call", "tool_calls", "tool_call_id", "refusal"}
)
# Keys that tell another known form of training row, and what it is called.
_OTHER = {
    "prompt": "prompt and completion",
    "completion": "prompt and completion",
    "preferred_output": "preference pairs",
    "chosen": "preference pairs",
    "conversations": "ShareGPT conversations",
    "instruction": "Alpaca instructions",
    "contents": "Gemini contents",
    "text": "plain text",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row: a key of KINDS, and where."""

    kind: str
    where: str = ""


@dataclass(frozen=True)
class Shape:
    """What is counted of a row; tokens are estimates."""

    roles: tuple[str, ...]
    tokens: int
    answer_tokens: int
    tools: bool
    """Tools are offered or called."""


def estimate(text: str) -> int:
    """Return tokens estimated as characters / 4, rounded up."""
    return -(-len(text) // 4)


def faults(row: Any) -> Iterator[Fault]:
    """Yield what is wrong with a row."""
    if not isinstance(row, dict):
        yield Fault("data_type", f"it is {_called(row)}")
        return
    keys = cast("dict[str, Any]", row)
    messages = keys.get("messages")
    if not isinstance(messages, list) or not messages:
        form = next((name for key, name in _OTHER.items() if key in keys), None)
        if "messages" not in keys and form:
            yield Fault("other_form", form)
        elif "messages" not in keys:
            yield Fault("messages_missing")
        else:
            yield Fault("messages_missing", "the list is empty" if messages == [] else f"it is {_called(messages)}")
        return
    if unknown := sorted(keys.keys() - ROW_KEYS):
        yield Fault("row_unknown_key", ", ".join(unknown))
    yield from _conversation(cast("list[Any]", messages))


def shape(row: Any) -> Shape:
    """Return what is counted of a row, as far as it can be read."""
    roles: list[str] = []
    tokens = answer = 0
    tools = bool(_get(row, "tools") or _get(row, "functions"))
    messages = _get(row, "messages")
    for message in cast("list[Any]", messages) if isinstance(messages, list) else []:
        if not isinstance(message, dict):
            continue
        fields = cast("dict[str, Any]", message)
        role = fields.get("role")
        size = estimate(_text(fields))
        tokens += size
        answer += size if role == "assistant" else 0
        tools = tools or "tool_calls" in fields
        if isinstance(role, str):
            roles.append(role)
    return Shape(tuple(roles), tokens, answer, tools)


def _conversation(messages: list[Any]) -> Iterator[Fault]:
    calls: set[str] = set()
    fields = [cast("dict[str, Any]", message) for message in messages if isinstance(message, dict)]
    for number, message in enumerate(messages, 1):
        where = f"message {number}"
        if not isinstance(message, dict):
            yield Fault("message_data_type", f"{where} is {_called(message)}")
        else:
            yield from _message(cast("dict[str, Any]", message), where, calls)
    roles = [message.get("role") for message in fields]
    answers = [message for message in fields if message.get("role") == "assistant"]
    if not answers:
        yield Fault("no_assistant")
    elif roles[-1] != "assistant":
        yield Fault("last_not_assistant", f"it is from {roles[-1]}")
    if answers and all(_zero(message.get("weight")) for message in answers):
        yield Fault("weights_zero")
    if "user" not in roles:
        yield Fault("no_user")


def _message(message: dict[str, Any], where: str, calls: set[str]) -> Iterator[Fault]:
    role = message.get("role")
    if unknown := sorted(message.keys() - MESSAGE_KEYS):
        yield Fault("message_unknown_key", f"{where}: {', '.join(unknown)}")
    if "role" not in message:
        yield Fault("message_missing_key", f"{where} has no role")
    elif not isinstance(role, str) or role not in ROLES:
        yield Fault("unknown_role", f"{where}: {json.dumps(role)[:40]}")
    yield from _content(message, where)
    if "weight" in message and not (role == "assistant" and _is_weight(message["weight"])):
        yield Fault("weight", where)
    if "tool_calls" in message:
        yield from _calls(message["tool_calls"], where, calls)
    answered = message.get("tool_call_id")
    if role == "tool" and not (isinstance(answered, str) and answered in calls):
        yield Fault("tool_answer", where)


def _content(message: dict[str, Any], where: str) -> Iterator[Fault]:
    content = message.get("content")
    role = message.get("role")
    # A call stands for the content, and a tool may well return nothing.
    excused = role == "assistant" and any(message.get(key) for key in ("tool_calls", "function_call", "refusal"))
    if content is None:
        if not excused:
            yield Fault("message_missing_key", f"{where} has no content")
    elif isinstance(content, str):
        if not content.strip() and not excused and role not in ("tool", "function"):
            yield Fault("empty_content", where)
    elif isinstance(content, list):
        parts = cast("list[Any]", content)
        if not parts:
            yield Fault("empty_content", where)
        elif not all(isinstance(part, dict) and isinstance(_get(part, "type"), str) for part in parts):
            yield Fault("content_type", f"{where}: every part needs a type")
    else:
        yield Fault("content_type", f"{where}: it is {_called(content)}")


def _calls(value: Any, where: str, calls: set[str]) -> Iterator[Fault]:
    if not isinstance(value, list) or not value:
        yield Fault("tool_calls", f"{where}: tool_calls is no list of calls")
        return
    for call in cast("list[Any]", value):
        name, arguments = _get(_get(call, "function"), "name"), _get(_get(call, "function"), "arguments")
        known = _get(call, "id")
        if isinstance(known, str):
            calls.add(known)
        if not isinstance(known, str) or _get(call, "type") != "function" or not isinstance(name, str):
            yield Fault("tool_calls", f"{where}: id, type or name is missing")
        elif not isinstance(arguments, str) or not _is_json(arguments):
            yield Fault("tool_calls", f"{where}: the arguments of {name} are not JSON in a string")


def _text(message: dict[str, Any]) -> str:
    """All text of a message that is paid for: content, text parts, tool calls."""
    content = message.get("content")
    if isinstance(content, str):
        text = content
    elif isinstance(content, list):
        parts = [_get(part, "text") for part in cast("list[Any]", content)]
        text = "".join(part for part in parts if isinstance(part, str))
    else:
        text = ""
    called = [message[key] for key in ("tool_calls", "function_call") if message.get(key)]
    return text + "".join(json.dumps(call) for call in called)


def _get(value: Any, key: str) -> Any:
    return cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None


def _is_weight(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in (0, 1)


def _zero(value: Any) -> bool:
    return _is_weight(value) and value == 0


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _called(value: Any) -> str:
    """Name a JSON type in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
