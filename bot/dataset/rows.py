"""Checks of one row of chat messages, as plain data."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, cast

from bot.dataset.texts import Fault, Said
from bot.text.json import is_json

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
ROW_KEYS = frozenset(
    {"messages", "tools", "functions", "parallel_tool_calls", "tool_choice", "schemaVersion", "system"} | {"toolConfig"}
)
MESSAGE_KEYS = frozenset(
    {"role", "content", "name", "weight", "function_call", "tool_calls", "tool_call_id", "refusal", "prefix"}
    | {"thinking", "reasoning_content", "reasoning"}
)
_TEXTS = ("text", "input_text", "output_text")
_BOTH = {"role", "content"}
_ANY = ""
_PARTS = ("text", "toolUse", "toolResult", "image", "document", "video", "reasoningContent", "cachePoint", "thinking")
"""Keys by which a part tells what it is, where it has no type."""
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


def faults(row: Any, *, graded: bool = False) -> Iterator[Fault]:
    """Yield what is wrong with a row; `graded` where its answer stands beside the messages."""
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
            named = ", ".join(map(str, list(keys)[:6]))[:80]
            yield Fault("messages_missing", f"it names {named}" if named else "")
        else:
            yield Fault("messages_missing", "the list is empty" if messages == [] else f"it is {_called(messages)}")
        return
    if not graded and (unknown := sorted(keys.keys() - ROW_KEYS)):
        yield Fault("row_unknown_key", ", ".join(unknown))
    yield from _conversation(cast("list[Any]", messages), graded)


def ordinary(row: dict[str, Any]) -> list[Said] | None:
    """Return who says what in a row with nothing but texts in turns, as most are: nothing is wrong with its form."""
    messages: Any = row["messages"]
    if len(row) != 1 or messages.__class__ is not list:
        return None
    said: list[Said] = []
    last = "assistant"
    message: Any
    for message in messages:
        if message.__class__ is not dict or len(message) != 2:
            return None
        role: Any = message.get("role")
        content: Any = message.get("content")
        if content.__class__ is not str or not content or content.isspace():
            return None
        if role == "user" if last == "assistant" else role == "assistant":
            last = role
        elif role != "system" or said:
            return None
        said.append((role, content))
    return said if last == "assistant" and len(said) > 1 else None


def turns(row: Any) -> list[Said]:
    """Return who says what in a row, as far as it can be read."""
    said: list[Said] = []
    messages = _get(row, "messages")
    for message in cast("list[Any]", messages) if isinstance(messages, list) else []:
        if isinstance(message, dict):
            fields = cast("dict[str, Any]", message)
            role = fields.get("role")
            said.append((role if isinstance(role, str) else "", _text(fields)))
    return said


def has_tools(row: Any) -> bool:
    """Tell whether tools are offered or called in a row."""
    if _get(row, "tools") or _get(row, "functions"):
        return True
    messages = _get(row, "messages")
    return isinstance(messages, list) and any(
        "tool_calls" in m for m in cast("list[Any]", messages) if isinstance(m, dict)
    )


def _conversation(messages: list[Any], graded: bool) -> Iterator[Fault]:
    calls: set[str] = set()
    fields = [cast("dict[str, Any]", message) for message in messages if isinstance(message, dict)]
    for number, message in enumerate(messages, 1):
        where = f"message {number}"
        if not isinstance(message, dict):
            yield Fault("message_data_type", f"{where} is {_called(message)}")
        elif not _plain(cast("dict[str, Any]", message)):
            yield from _message(cast("dict[str, Any]", message), where, calls)
    roles = [message.get("role") for message in fields]
    answers = [message for message in fields if message.get("role") == "assistant"]
    if graded:
        pass
    elif not answers:
        yield Fault("no_assistant")
    elif roles[-1] != "assistant":
        yield Fault("last_not_assistant", f"it is from {roles[-1]}")
    if answers and all(_zero(message.get("weight")) for message in answers):
        yield Fault("weights_zero")
    if "user" not in roles:
        yield Fault("no_user")
    yield from _order(roles, fields)


def _plain(message: dict[str, Any]) -> bool:
    """Tell whether a message is a role and a text and nothing else, as most are: nothing is wrong with it then."""
    if message.keys() != _BOTH or message["role"] not in ("system", "user", "assistant"):
        return False
    content = message["content"]
    return isinstance(content, str) and bool(content) and not content.isspace()


def _order(roles: list[Any], fields: list[dict[str, Any]]) -> Iterator[Fault]:
    rest = [n for n, role in enumerate(roles) if role not in ("system", "developer")]
    if rest and (
        late := next((n for n, role in enumerate(roles) if role in ("system", "developer") and n > rest[0]), 0)
    ):
        yield Fault("late_system", f"message {late + 1}")
    if rest and roles[rest[0]] == "assistant" and "user" in roles:
        yield Fault("assistant_first", f"message {rest[0] + 1}")
    for one, other in pairwise(rest):
        # What a tool gave back may be followed by anything, and calls may come in several messages.
        if roles[one] == roles[other] and roles[one] in ("user", "assistant") and not fields[one].get("tool_calls"):
            same = _text(fields[one]).strip() == _text(fields[other]).strip()
            if not same:  # which the texts themselves tell
                yield Fault("same_role", f"messages {one + 1} and {other + 1} are both from {roles[one]}")
            break


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
    if role == "tool" and not (isinstance(answered, str) and answered in calls) and _ANY not in calls:
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
        elif not all(_is_part(part) for part in parts):
            yield Fault("content_type", f"{where}: every part needs a type, and a text its text")
        elif all(_get(part, "type") in _TEXTS and not str(_get(part, "text")).strip() for part in parts):
            yield Fault("empty_content", where)
    else:
        yield Fault("content_type", f"{where}: it is {_called(content)}")


def _is_part(part: Any) -> bool:
    kind = _get(part, "type")
    if kind in _TEXTS:
        return isinstance(_get(part, "text"), str)
    return isinstance(kind, str) or (isinstance(part, dict) and any(key in part for key in _PARTS))


def _calls(value: Any, where: str, calls: set[str]) -> Iterator[Fault]:
    if not isinstance(value, list) or not value:
        yield Fault("tool_calls", f"{where}: tool_calls is no list of calls")
        return
    for call in cast("list[Any]", value):
        name, arguments = _get(_get(call, "function"), "name"), _get(_get(call, "function"), "arguments")
        known = _get(call, "id")
        # Some makers match calls and answers by their order alone.
        calls.add(known if isinstance(known, str) else _ANY)
        if (
            not isinstance(known, str | None)
            or _get(call, "type") not in (None, "function")
            or not isinstance(name, str)
        ):
            yield Fault("tool_calls", f"{where}: a call needs a function with a name")
        elif not isinstance(arguments, dict) and not (isinstance(arguments, str) and is_json(arguments)):
            yield Fault("tool_calls", f"{where}: the arguments of {name} are no JSON")


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


def _called(value: Any) -> str:
    """Name a JSON type in words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
