"""What can go wrong with a model, as one sentence a person can act on."""

import json
import logging
import re
import secrets
from typing import Literal

from bot.model.redaction import discreet
from bot.text.json import as_line, as_list, as_object

log = logging.getLogger("advisor.model")

Kind = Literal[
    "key",
    "model",
    "unreachable",
    "slow",
    "limited",
    "quota",
    "html",
    "not_json",
    "truncated",
    "refused",
    "empty",
    "request",
    "budget",
    "rejected",
]
SETUP: frozenset[Kind] = frozenset({"key", "model", "unreachable", "quota", "html", "rejected"})
"""Kinds that every further call would meet too, until somebody changes something."""


SECRET = 8
"""Characters from which on a key is taken out of what is shown."""
_NO_CREDIT = ("insufficient_quota", "billing_hard_limit_reached", "billing_error")
_LINE = 200
"""Characters of the longest text that is shown as a reason though it has no form."""
_LATER = "My language model does not answer at the moment."
_TOLD: dict[Kind, str] = {
    "slow": "My language model takes too long to answer.",
    "not_json": "My language model gave no answer that I could use.",
    "empty": "My language model gave no answer that I could use.",
    "refused": "My language model would not answer that.",
    "truncated": "The answer of my language model broke off before its end: send less text at a time.",
    "request": "My language model could not take that: shorter texts may help.",
    "rejected": "My language model does not take what I ask of it; whoever runs me can look into it.",
}
"""What people in a conversation are told; for what is not here, that it does not answer."""


class ModelError(Exception):
    """Say in one sentence what is wrong with the model and what to do; the details are in the log under `reference`.

    `sentence` is for whoever operates the program, and names hosts and settings; `told` is for everybody else.
    """

    def __init__(self, kind: Kind, sentence: str, details: str = "") -> None:
        # A server's error may repeat what it was asked, and so may whatever is made of it.
        sentence, details = discreet(sentence), discreet(details)
        super().__init__(sentence)
        self.kind: Kind = kind
        self.sentence = sentence
        self.told = sentence if kind == "budget" else _TOLD.get(kind, _LATER)
        self.reference = secrets.token_hex(3)
        log.info("model error, reference %s (%s): %s %s", self.reference, kind, sentence, details)


def from_answer(status: int, body: str, *, name: str, where: str, key: str) -> ModelError:
    """Name the fault behind a refused request.

    `body` is what the server sent, `key` is taken out of whatever is logged or shown.
    """
    # A short key may be any word of a sentence.
    body = " ".join((body.replace(key, "[key]") if len(key) >= SECRET else body).split())
    details = f"{where} answered {status}: {body[:300]}"
    said, code = message(body)
    low = said.lower()
    if status == 401 or (status in (400, 403) and "api key" in low.replace("_", " ") and _refuses_key(low)):
        return ModelError("key", f"{where} does not accept the key. Check OPENAI_API_KEY.", details)
    if status == 402 or code in _NO_CREDIT or "insufficient" in low or "credit balance" in low:
        return ModelError("quota", f"The account at {where} has no credit left. Add some, or use another key.", details)
    if status == 403:
        why = f": {said}" if said else ""
        advice = "Check the key's rights or set ADVISOR_MODEL"
        return ModelError("key", f"{where} does not let this key use {name}{why}. {advice}.", details)
    if status == 413 or (status == 429 and "too large" in low):
        # What is too large for a minute's limit stays so.
        why = f" ({said})" if said else ""
        return ModelError("request", f"This is longer than {where} takes at once{why}. Use shorter samples.", details)
    if status == 429:
        return ModelError("limited", f"{where} limits how fast this key may ask. Try again in a minute.", details)
    if status >= 500 or status in (408, 409):
        why = f": {said}" if said and status >= 500 else ""
        return ModelError(
            "unreachable", f"{where} has a fault of its own (status {status}{why}). Try again in a minute.", details
        )
    if "content_filter" in code or "content_policy" in code or ("content" in low and "filter" in low):
        return ModelError("refused", f"{where} filters this out. Try other words or another model.", details)
    if "context" in code or ("context" in low and any(word in low for word in ("length", "size", "window", "exceed"))):
        return ModelError("request", f"This is longer than {name} can read at once. Use shorter samples.", details)
    if code == "model_not_found" or (status in (400, 404) and "model" in low and _unknown(low)):
        return ModelError("model", f"{where} has no model named {name}. Set ADVISOR_MODEL to one that it has.", details)
    if status in (404, 405) or is_page(body):
        return ModelError("html", no_api(where), details)
    reason = f": {said}" if said else ""
    advice = "`advisor doctor` tries what a trial needs; set ADVISOR_MODEL for another model"
    return ModelError("rejected", f"{where} refuses the request{reason}. {advice}.", details)


def no_api(where: str) -> str:
    """Say that an address is not that of an API."""
    return f"{where} answers, but not as a model server. Check OPENAI_BASE_URL: most addresses end in /v1."


def is_page(body: str) -> bool:
    """Tell whether a body is a web page."""
    return body.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<head", "<?xml", "<body"))


def _refuses_key(low: str) -> bool:
    return any(word in low for word in ("not valid", "invalid", "incorrect", "expired", "missing", "not found"))


def _unknown(low: str) -> bool:
    return any(word in low for word in ("not found", "not exist", "unknown", "invalid model", "no such", "not a valid"))


def message(body: str) -> tuple[str, str]:
    """Return what a server says in one line and its code, from the shapes that servers use; ("", "") for neither."""
    if is_page(body):
        found = re.search(r"(?is)<title[^>]*>(.*?)</title>", body) or re.search(r"(?is)<h1[^>]*>(.*?)</h1>", body)
        return as_line(re.sub(r"<[^>]*>", " ", found[1])) if found else "", ""
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError):
        plain = body.strip()
        return as_line(plain) if len(plain) <= _LINE and not re.search(r"[{<\[]", plain) else "", ""
    data = as_list(data)[0] if as_list(data) else data
    if isinstance(data, str):
        return as_line(data), ""
    top = as_object(data)
    error: object = top.get("error", top.get("errors", data))
    return _said(error) or _said(data), _code(error) or _code(data)


_SAYS = ("message", "msg", "detail", "details", "error", "reason", "error_message", "title", "status_msg", "base_resp")


def _said(value: object) -> str:
    if isinstance(value, str):
        return as_line(value)
    if each := as_list(value):
        # What a check of fields found, each with the place that it is about.
        told = [f"{_place(item)}{line}" for item in each[:3] if (line := _said(item))]
        return as_line("; ".join(told))
    if not (fields := as_object(value)):
        return ""
    for key in _SAYS:
        if line := _said(fields.get(key)):
            return line
    return ""


def _place(value: object) -> str:
    place = as_list(as_object(value).get("loc"))
    named = [str(step) for step in place if step != "body"]
    return f"{'.'.join(named)}: " if named else ""


def _code(value: object) -> str:
    fields = as_object(value)
    return next((line for key in ("code", "type", "status") if (line := as_line(fields.get(key)))), "")
