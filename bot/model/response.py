"""What a server sent back: taken apart with care, since not every server keeps to the form."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from bot.model import errors
from bot.model.errors import ModelError, is_page, no_api
from bot.model.events import is_stream, joined
from bot.text.json import as_count, as_list, as_object, is_deep, is_json
from bot.text.tokens import count

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


def read(body: str, *, name: str, where: str, seconds: float, asked: str = "") -> Completion:
    """Return the first choice of a chat completion; `asked` is what tokens are counted of where the server says none.

    Raises ModelError where there is none.
    """
    data = _object(body, where)
    choice = as_object(next(iter(as_list(data.get("choices"))), None))
    if blocked := as_object(data.get("promptFeedback")).get("blockReason"):
        choice = {"finish_reason": blocked, "message": {"refusal": str(blocked)}}
    if (fault := data.get("error") or choice.get("error")) and not as_object(choice.get("message")).get("content"):
        raise _inside(fault, body, name, where)
    if not choice:
        raise _inside(data, body, name, where)
    message, finish = _message(choice), str(choice.get("finish_reason")).lower()
    if message.get("refusal") or finish in _DECLINED:
        raise ModelError("refused", f"{name} declines to answer this. Try other words or another model.", body[:300])
    text, cut = _text(message.get("content")), finish in _CUT
    thought = next((t for key in _THOUGHTS if (t := _text(message.get(key)))), "")
    if not text.strip() and not cut:
        # A server that looks for thoughts may take the whole answer for one.
        text = _calls(message) or thought
    final = answer_in(text)
    if not final.strip() and (cut or (text.strip() and _UNCLOSED.match(text))):
        raise ModelError("truncated", f"{name} used up its tokens before it answered. Try another model.", body[:300])
    if not final.strip():
        raise ModelError("empty", f"{name} gave an empty answer. Try again, or use another model.", body[:300])
    usage = as_object(data.get("usage"))
    into = as_count(usage.get("prompt_tokens")) or as_count(usage.get("input_tokens"))
    out = as_count(usage.get("completion_tokens")) or as_count(usage.get("output_tokens"))
    if not into and not out:
        into, out = count(asked, name), count(thought + text, name)
    return Completion(final, into, out, seconds, cut)


def answer_in(text: str) -> str:
    """Return the answer alone where a model wrote what it thought before it.

    What is JSON from end to end is the answer, whatever signs its strings speak of.
    """
    bare = _within_signs(text)
    if bare[:1] in ("{", "[") and is_json(bare):
        return bare
    if "<|" in text:
        if channels := _CHANNEL.split(text)[1:]:
            finals = [said for kind, said in zip(channels[::2], channels[1::2], strict=False) if kind == "final"]
            text = _SIGN.sub("", finals[-1] if finals else "").strip()
        else:
            text = _SIGN.sub("", text).strip()
    elif text.startswith("analysis") and (bare := _BARE_CHANNEL.match(text)):
        text = bare[1].strip()
    if not _THINKING.search(text):
        return text
    after = _CLOSED.split(text)
    if len(after) > 1:
        # What was opened again after the last closing tag has no end.
        return _OPEN.split(after[-1])[0].strip()
    return _OPEN.split(text)[0].strip()


def _within_signs(text: str) -> str:
    """Return a text without the signs that it begins and ends with."""
    text = text.strip()
    while sign := _SIGN.match(text):
        text = text[sign.end() :].lstrip()
    while text.endswith("|>") and _SIGN.fullmatch(text, max(0, text.rfind("<|"))):
        text = text[: text.rfind("<|")].rstrip()
    return text


_TAGS = r"think|thinking|thought|thoughts|reasoning|reflection|scratchpad"
_THINKING = re.compile(rf"(?i)</?(?:{_TAGS})>|\[/?THINK\]|◁/?think▷")
_CLOSED = re.compile(rf"(?i)</(?:{_TAGS})>|\[/THINK\]|◁/think▷")
_OPEN = re.compile(rf"(?i)<(?:{_TAGS})>|\[THINK\]|◁think▷")
_UNCLOSED = re.compile(rf"(?is)\s*(?:<(?:{_TAGS})>|\[THINK\]|◁think▷|<\|channel\|>)")
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>")
_SIGN = re.compile(
    r"<\|(?:start|end|return|call|channel|message|im_end|im_start|eot_id|endoftext|assistant)\|>(?:assistant)?"
)
_BARE_CHANNEL = re.compile(r"(?s)analysis.*?assistantfinal(.*)")
_THOUGHTS = ("reasoning_content", "reasoning", "reasoning_details")
_CUT = ("length", "max_tokens", "max_output_tokens", "model_length", "max_length", "cut")
_PASSING = re.compile(r"(?i)overload|busy|loading|try again|later|temporar|capacity|timed? ?out|down\b|unavailable")
"""Words of a fault that passes by itself."""
_DECLINED = ("content_filter", "safety", "refusal", "recitation", "blocklist", "prohibited_content", "sensitive")
"""Words of servers for why an answer ended: it was too long, or it is withheld."""


def _inside(fault: object, body: str, name: str, where: str) -> ModelError:
    """Return the error that stands inside an answer with status 200."""
    code = as_object(fault).get("code")
    status = code if isinstance(code, int) else int(code) if isinstance(code, str) and code.isdecimal() else 0
    wrapped = json.dumps({"error": fault}, ensure_ascii=False)
    said, _ = errors.message(wrapped)
    if not 400 <= status < 600:
        if not said or _PASSING.search(said):
            kind = "unreachable" if said else "empty"
            return ModelError(kind, f"{where} sent no answer{f': {said}' if said else ''}. Try again.", body[:300])
        # What it says of a request is no fault of the server: it would say it again.
        status = 400
    return errors.from_answer(status, wrapped, name=name, where=where, key="")


def _calls(message: Mapping[str, Any]) -> str:
    """Return the calls of functions that a message makes as JSON, "" where it makes none."""
    given = [as_object(each) for each in as_list(message.get("tool_calls"))]
    made = [as_object(each.get("function")) or (each if each.get("name") else {}) for each in given]
    if one := as_object(message.get("function_call")):
        made.append(one)
    calls = [{"name": each.get("name"), "arguments": _arguments(each.get("arguments"))} for each in made if each]
    return json.dumps(calls, ensure_ascii=False) if calls else ""


def _arguments(value: object) -> object:
    if not isinstance(value, str):
        return value or {}
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def names(body: str, *, where: str) -> list[str]:
    """Return the ids of a list of models, of those that chat where the list tells."""
    if is_page(body):
        raise ModelError("html", no_api(where), f"{where}: {body[:300]}")
    try:
        data: object = json.loads(body.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise ModelError("html", no_api(where), f"{where}: {body[:300]}") from None
    found = as_object(data)
    by_kind = as_object(found.get("models"))
    if by_kind and all(isinstance(value, list) for value in by_kind.values()):
        # Names under the kind of model that they are.
        held = (as_list(value) for kind, value in by_kind.items() if not _is_other(kind))
        found = {"models": [row for value in held for row in value]}
    rows: object = next((found[key] for key in ("data", "models", "model", "result") if found.get(key)), data)
    if as_object(rows):
        rows = [{"id": key, **as_object(value)} for key, value in as_object(rows).items()] if rows is not data else []
    listed = [_model(row) for row in as_list(rows)]
    return [name for name in dict.fromkeys(listed) if name]


def chats(name: str) -> bool:
    """Tell whether a model of this name may chat: not one for embeddings, images, sounds or checks."""
    return not _OTHER_MODELS.search(name.lower())


_OTHER_MODELS = re.compile(
    r"embed|(?:^|[/_-])(?:bge|e5|gte|minilm|sbert|nomic-bert|jina-clip|colbert)(?:[-_.]|$)|rerank|whisper|(?:^|[/_-])tts(?:[-_]|$)"
    r"|text-to-speech|transcri|moderation|guard(?:[-_]|$)|dall-e|stable-diffusion|(?:^|[/_-])(?:sdxl|flux|clip|siglip|sora|veo|imagen)(?:[-_.]|$)"
)
_OTHER_KINDS = ("embed", "image", "audio", "rerank", "moderation", "speech", "transcription", "video")


def _model(row: object) -> str:
    if isinstance(row, str):
        return row
    fields = as_object(row)
    name = next((v for key in _NAMED if isinstance(v := fields.get(key), str) and v), "")
    kinds = [fields[key] for key in ("type", "task", "model_type", "object") if isinstance(fields.get(key), str)]
    can = as_object(fields.get("capabilities"))
    if any(map(_is_other, kinds)) or can.get("completion_chat") is False:
        return ""
    # What a list says of a model is trusted where it says it: methods, ways in, and what comes out.
    told = next((as_list(fields[key]) for key in _WAYS if as_list(fields.get(key))), None)
    ways = [str(each).lower() for each in told or []]
    if ways and not any(word in way for way in ways for word in ("chat", "generatecontent", "completion", "responses")):
        return ""
    out = as_list(as_object(fields.get("architecture")).get("output_modalities"))
    return name if not out or "text" in out else ""


def _is_other(kind: str) -> bool:
    return any(word in kind.lower() for word in _OTHER_KINDS)


_NAMED = ("id", "name", "model", "key", "model_id", "modelId", "model_name")
_WAYS = ("supportedGenerationMethods", "endpoints", "supported_endpoints")


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
    body = body.removeprefix("\ufeff")
    if is_stream(body):
        return joined(body)
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
    if as_list(data):
        data = as_list(data)[0]
    if not isinstance(data, dict):
        raise ModelError("html", no_api(where), f"{where}: {body[:300]}")
    found = as_object(cast(object, data))
    inner = (as_object(found.get(name)) for name in ("data", "result", "response"))
    return found if "choices" in found else next((each for each in inner if each.get("choices")), found)


def _message(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the message of a choice; some servers send its text alone, or as one piece of a stream."""
    text = next((choice[key] for key in ("message", "text") if isinstance(choice.get(key), str)), None)
    if isinstance(text, str):
        return {"content": text}
    return as_object(choice.get("message")) or as_object(choice.get("delta"))


def _text(content: object) -> str:
    """Return the text of a message; some servers send it in pieces, or within others."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        return _piece(as_object(cast(object, content)))
    pieces = [piece if isinstance(piece, str) else _piece(as_object(piece)) for piece in as_list(content)]
    return "".join(pieces)


def _piece(piece: Mapping[str, Any]) -> str:
    if piece.get("type") in ("thinking", "reasoning", "thought") or piece.get("thought") is True:
        return ""
    inner = next((piece[key] for key in ("text", "value", "content", "parts") if piece.get(key)), "")
    return _text(inner)
