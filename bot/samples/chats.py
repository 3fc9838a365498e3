"""Conversations, in the forms of all makers, as turns of text."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.consultation.model import Turn
from bot.samples.records import Record, trimmed
from bot.text.json import as_list, as_object

_ROLES = {
    "user": ("user", "human", "customer", "prompter"),
    "assistant": ("assistant", "gpt", "model", "bot", "ai", "chatgpt", "chatbot", "function_call"),
    "system": ("system", "developer"),
    "tool": ("tool", "function", "observation", "function_response", "ipython"),
}
_ROLE = {name: role for role, names in _ROLES.items() for name in names}
_THOUGHTS = ("thinking", "reasoning", "redacted_thinking", "reasoning_text")
_HH = re.compile(r"(?:\A|\n\n)(Human|Assistant):[ \t]?")


class Unreadable(Exception):
    """Say what of a conversation cannot be read, as in "message 2 has no role"."""


@dataclass(frozen=True)
class Message:
    """One message, its parts as text."""

    role: str
    """user, assistant, system or tool."""
    text: str
    wanted: bool = True
    """False where the format says that it is not to be learnt."""
    calls: bool = False
    """The text is the calls of functions that it makes."""
    thought: bool = False
    """A chain of thought stood beside it, and is left out."""


def is_chat(value: object) -> bool:
    """Tell whether a value is a list of messages."""
    items = as_list(value)
    return bool(items) and all({"role", "from", "author"} & _plainly(as_object(m)).keys() for m in items)


def messages(value: object) -> list[Message]:
    """Return the messages of a conversation. Raises Unreadable."""
    return [_message(as_object(each), n) for n, each in enumerate(as_list(value), 1)]


def from_human(text: str) -> list[Message]:
    """Return the messages of a text that names who speaks, as in "Human: … Assistant: …"; [] where it names nobody."""
    parts = _HH.split(text)
    if len(parts) < 3 or parts[0].strip():
        return []
    said = zip(parts[1::2], parts[2::2], strict=True)
    every = [Message("user" if who == "Human" else "assistant", words.strip()) for who, words in said]
    return every[:-1] if every[-1].role == "assistant" and not every[-1].text else every


def exchange(
    said: Sequence[Message], form: str, fields: tuple[str, str], system: str = "", tools: object = None
) -> Record:
    """Return what is asked and what is answered last. Raises Unreadable where there is no such answer."""
    if not said or said[-1].role != "assistant":
        raise Unreadable("does not end with a user message and the assistant's answer")
    learnt = max((n for n, m in enumerate(said) if m.role == "assistant" and m.wanted), default=None)
    if learnt is None:
        raise Unreadable("has no answer to learn: all of them have weight 0")
    notes = ["what follows the last answer with weight 1 is left out"] if learnt < len(said) - 1 else []
    said = said[: learnt + 1]
    start = learnt
    while start and said[start - 1].role == "assistant" and said[start - 1].wanted:
        start -= 1
    answer = said[start:]
    if len(answer) > 1:
        notes.append("answers that follow each other are read as one")
    record = asked(said[:start], form, fields, system, tools if answer[-1].calls else None)
    if any(m.thought for m in answer):
        notes.append("the chain of thought beside an answer is left out")
    wanted = "\n\n".join(m.text for m in answer)
    return _with(record, wanted, notes)


def asked(
    said: Sequence[Message], form: str, fields: tuple[str, str], system: str = "", tools: object = None
) -> Record:
    """Return what is asked at the end of a conversation, without an answer. Raises Unreadable where nothing is."""
    told = [system, *(m.text for m in said if m.role == "system")]
    late = any(m.role == "system" and n and said[n - 1].role != "system" for n, m in enumerate(said))
    rest = [m for m in said if m.role != "system"]
    if not rest or not any(m.role == "user" for m in rest):
        raise Unreadable("does not end with a user message and the assistant's answer")
    last = rest[-1]
    if last.role == "assistant":
        raise Unreadable("has nothing that the last answer answers")
    if tools and (offered := as_list(_json(tools)) or as_object(_json(tools))):
        told.append(
            "Functions that can be called are listed here as JSON. Answer with the calls alone, as a JSON list of "
            f'{{"name": …, "arguments": …}}.\n{json.dumps(offered, ensure_ascii=False)}'
        )
    before = tuple(
        Turn(role="assistant" if m.role == "assistant" else "user", content=m.text) for m in rest[:-1] if m.text
    )
    notes = ("a late system message is put first",) if late else ()
    return Record(last.text, "", form, fields, "\n\n".join(t for t in told if t), before=before, notes=notes)


def _with(record: Record, wanted: str, notes: Sequence[str]) -> Record:
    from dataclasses import replace

    return replace(record, output=wanted, notes=(*record.notes, *notes))


def reply(value: object) -> Message | None:
    """Return the message that an answer is wrapped in, as servers, traces and frameworks do; None for any other value.

    Raises Unreadable.
    """
    data = as_object(value)
    while data:
        plain = _plainly(data)
        if {"content", "parts", "tool_calls"} & plain.keys() and str(plain.get("role")).lower() in _ROLE:
            return _message(plain, 1)
        if is_chat(data.get("messages")):
            return messages(data["messages"])[-1]
        inner = next((data[name] for name in ("choices", "generations", "message", "body") if data.get(name)), None)
        if inner is None:
            inner = next(iter(data.values())) if len(data) == 1 else None
        while as_list(inner):
            inner = as_list(inner)[0]
        data = as_object(inner)
        if data.keys() & {"text", "message"} and not as_object(data.get("message")):
            text = trimmed(data.get("text"))
            return Message("assistant", text) if text else None
    return None


def _plainly(data: dict[str, Any]) -> dict[str, Any]:
    """Return a message of LangChain with the role of its type, any other as it is."""
    held = as_object(data.get("kwargs")) if data.get("type") == "constructor" else as_object(data.get("data"))
    kind = str(held.get("type", data.get("type")))
    if "role" in data or kind not in ("human", "ai", "system", "tool", "function"):
        return data
    inner = held or data
    return {**inner, "role": kind} if "content" in inner else data


def _message(data: dict[str, Any], number: int) -> Message:
    data = _plainly(data)
    name = data.get("role", data.get("from", data.get("author")))
    # A reply of the model has parts without a role in some exports.
    role = _ROLE.get(str(name).lower().strip())
    if role is None:
        raise Unreadable(f"has message {number} from {str(name)[:20]!r}, which is no role that is known")
    content = next((data[key] for key in ("content", "value", "parts", "text") if data.get(key) is not None), None)
    calls = [_call(each) for each in as_list(data.get("tool_calls"))]
    if data.get("function_call"):
        calls.append(_call(data["function_call"]))
    if str(name).lower() == "function_call":
        given = _json(content)
        calls, content = [_call(each) for each in (as_list(given) or [given])], None
    texts: list[str] = []
    thought = any(data.get(key) for key in ("thinking", "reasoning_content", "reasoning"))
    for part in [content] if isinstance(content, str) else as_list(content):
        kind = "text" if isinstance(part, str) else str(as_object(part).get("type", ""))
        if kind in _THOUGHTS or as_object(part).get("thought") is True or "reasoningContent" in as_object(part):
            thought = True
            continue
        text, call, result = _part(part, kind, number)
        texts += [text] if text else []
        calls += [call] if call else []
        role = "tool" if result else role
    if content is not None and not isinstance(content, str | list):
        raise Unreadable(f"has message {number} whose content is neither text nor parts")
    text = "\n".join(texts).strip()
    if calls:
        made = json.dumps(calls, ensure_ascii=False)
        return Message(role, made, data.get("weight") != 0, calls=True, thought=thought or bool(text))
    if not text and role not in ("tool", "system"):
        raise Unreadable(f"has an empty {'output' if role == 'assistant' else 'input'} in message {number}")
    return Message(role, text or ("(nothing)" if role == "tool" else ""), data.get("weight") != 0, thought=thought)


def _part(part: object, kind: str, number: int) -> tuple[str, dict[str, Any] | None, bool]:
    """Return the text of a part, the call that it makes, and whether it is what a function gave back."""
    if isinstance(part, str):
        return part, None, False
    data = as_object(part)
    for name, arguments in (
        ("tool_use", "input"),
        ("toolUse", "input"),
        ("functionCall", "args"),
        ("function_call", "args"),
    ):
        call = data if kind == name else as_object(data.get(name))
        if call:
            return "", {"name": call.get("name"), "arguments": call.get(arguments) or {}}, False
    for name, inside in (("tool_result", "content"), ("toolResult", "content"), ("functionResponse", "response")):
        result = data if kind == name else as_object(data.get(name))
        if result:
            inner = result.get(inside)
            texts = [as_object(each).get("text") for each in as_list(inner)]
            said = "\n".join(t for t in texts if isinstance(t, str)) or trimmed(inner)
            return said or "(nothing)", None, True
    if isinstance(data.get("text"), str) and kind in ("", "text", "input_text", "output_text"):
        return data["text"], None, False
    if kind in ("", "text"):
        raise Unreadable(f"has message {number} with a part that has no text")
    raise Unreadable(f"has message {number} with a part of type {kind[:30]}, which is no text")


def _call(value: object) -> dict[str, Any]:
    data = as_object(value)
    inner = as_object(data.get("function")) or data
    arguments = next((inner[name] for name in ("arguments", "parameters", "args") if name in inner), None)
    return {"name": inner.get("name"), "arguments": _json(arguments) if arguments else {}}


def _json(value: object) -> object:
    """Return what JSON in a text means; a text that is none stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
