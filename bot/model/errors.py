"""What can go wrong with a model, as one sentence a person can act on."""

import json
import logging
import secrets
from typing import Literal

from bot.text.json import as_line, as_object

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
]
SETUP: frozenset[Kind] = frozenset({"key", "model", "unreachable", "quota", "html"})
"""Kinds that every further call would meet too, until somebody changes something."""


_LATER = "My language model does not answer at the moment."
_TOLD: dict[Kind, str] = {
    "slow": "My language model takes too long to answer.",
    "not_json": "My language model gave no answer that I could use.",
    "empty": "My language model gave no answer that I could use.",
    "refused": "My language model would not answer that.",
    "truncated": "The answer of my language model broke off before its end: send less text at a time.",
    "request": "My language model could not take that: shorter texts may help.",
}
"""What people in a conversation are told; for what is not here, that it does not answer."""


class ModelError(Exception):
    """Say in one sentence what is wrong with the model and what to do; the details are in the log under `reference`.

    `sentence` is for whoever operates the program, and names hosts and settings; `told` is for everybody else.
    """

    def __init__(self, kind: Kind, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.kind: Kind = kind
        self.sentence = sentence
        self.told = sentence if kind == "budget" else _TOLD.get(kind, _LATER)
        self.reference = secrets.token_hex(3)
        log.info("model error %s (%s): %s %s", self.reference, kind, sentence, details)


def from_answer(status: int, body: str, *, name: str, where: str, key: str) -> ModelError:
    """Name the fault behind a refused request.

    `body` is what the server sent, `key` is taken out of whatever is logged or shown.
    """
    body = " ".join((body.replace(key, "[key]") if key else body).split())
    details = f"{where} answered {status}: {body[:300]}"
    said, code = _message(body)
    low = said.lower()
    if status == 401:
        return ModelError("key", f"{where} does not accept the key. Check OPENAI_API_KEY.", details)
    if status == 403:
        return ModelError(
            "key", f"{where} does not let this key use {name}. Check the key's rights or set ADVISOR_MODEL.", details
        )
    if status == 402 or code in ("insufficient_quota", "billing_hard_limit_reached") or "insufficient" in low:
        return ModelError("quota", f"The account at {where} has no credit left. Add some, or use another key.", details)
    if status == 429:
        return ModelError("limited", f"{where} limits how fast this key may ask. Try again in a minute.", details)
    if status >= 500 or status in (408, 409):
        return ModelError(
            "unreachable", f"{where} has a fault of its own (status {status}). Try again in a minute.", details
        )
    if "context" in code or ("context" in low and any(word in low for word in ("length", "size", "window", "exceed"))):
        return ModelError("request", f"This is longer than {name} can read at once. Use shorter samples.", details)
    if code == "model_not_found" or (status in (400, 404) and "model" in low and _unknown(low)):
        return ModelError("model", f"{where} has no model named {name}. Set ADVISOR_MODEL to one that it has.", details)
    if status in (404, 405) or is_page(body):
        return ModelError("html", no_api(where), details)
    reason = f": {said}" if said else ""
    return ModelError("request", f"{where} refuses the request{reason}. Try other samples or another model.", details)


def no_api(where: str) -> str:
    """Say that an address is not that of an API."""
    return f"{where} answers, but not as a model server. Check OPENAI_BASE_URL: most addresses end in /v1."


def is_page(body: str) -> bool:
    """Tell whether a body is a web page."""
    return body.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<head", "<?xml", "<body"))


def _unknown(low: str) -> bool:
    return any(word in low for word in ("not found", "not exist", "unknown", "invalid model", "no such", "not a valid"))


def _message(body: str) -> tuple[str, str]:
    """Return what the server says and its code, from the shapes that servers use; ("", "") where it is no JSON."""
    try:
        data: object = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    error: object = as_object(data).get("error", data)
    if isinstance(error, str):
        return as_line(error), ""
    fields = as_object(error)
    said = next((line for key in ("message", "detail", "error") if (line := as_line(fields.get(key)))), "")
    code = next((line for key in ("code", "type") if (line := as_line(fields.get(key)))), "")
    return said, code
