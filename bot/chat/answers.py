"""What somebody types into a field, after `fix` or at a terminal: one value or one refusal everywhere. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from bot.chat.reply import Option
from bot.consultation.base import Value
from bot.text import numbers
from bot.text.numbers import Kind, Refusal

Type = Literal["choice", "set", "bool", "count", "text"]
"""What a field takes, as in `FormField.type`; `text` is a share."""
KINDS: Mapping[str, Kind] = {
    "calls_per_day": "per_day", "tokens_in": "tokens", "tokens_fixed": "tokens", "tokens_out": "tokens",
    "spend_month": "usd_month",
}  # fmt: skip
"""Facts that count calls, tokens or dollars; the others count things."""
_UNSURE = re.compile(
    r"[?-]+|idk|dunno|unknown|unsure|no (?:idea|clue)|not (?:sure|known|yet known)|n/?a|tbd"
    r"|(?:i |we )?(?:really )?(?:don'?t|do not|dont) know(?: yet)?|(?:i'?m |i am |we'?re |we are )not sure"
)
_YES = frozenset({"y", "yes", "yep", "yeah", "true"})
_NO = frozenset({"n", "no", "nope", "false"})
_SHARE = re.compile(r"(?:about |around |~ ?)?(?P<number>-?\d*[.,]?\d+) ?(?P<percent>%|percent|per cent)?")


class Answer(NamedTuple):
    """A value, or None for "I don't know"; `note` says how a number was reckoned."""

    value: Value | None
    note: str = ""


def typed(type: Type, text: str, *, fact: str = "", options: Sequence[Option] = ()) -> Answer | Refusal | None:
    """Return what a field was answered with or why that is no answer; None where it is empty."""
    words = " ".join(text.lower().replace("’", "'").split())
    bare = words.rstrip(".!")
    if not words:
        return None
    if type != "choice" and type != "set" and _UNSURE.fullmatch(bare or words):
        return Answer(None)
    match type:
        case "count":
            read = numbers.field(words, KINDS.get(fact, "count"))
            return read if isinstance(read, Refusal) else Answer(read.value, read.note)
        case "text":
            return _share(bare)
        case "bool" if bare in _YES | _NO:
            return Answer(bare in _YES)
        case _:
            return _chosen(type, bare, options)


def _share(words: str) -> Answer | Refusal:
    said = _SHARE.fullmatch(words)
    number = float(said["number"].replace(",", ".")) / (100 if said["percent"] else 1) if said else -1.0
    if not 0 <= number <= 1:
        shown = words if len(words) <= 40 else f"{words[:39]}…"
        return Refusal(f"{shown} is no share: write one from 0 to 100%, such as 85%.")
    return Answer(number)


def _chosen(type: Type, words: str, options: Sequence[Option]) -> Answer | Refusal:
    """Return the options that are named by value or by label."""
    known = {name: option.value for option in options for name in (option.value.lower(), option.label.lower())}
    if words in known:
        value = known[words]
        return Answer((value,) if type == "set" else value == "true" if type == "bool" else value)
    if _UNSURE.fullmatch(words):
        return Answer(None)
    if type == "set":
        for cut in (r"\s*[,;+&/]\s*|\s+and\s+", r"[\s,;]+"):
            pieces = [piece for piece in re.split(cut, words) if piece]
            if pieces and all(piece in known for piece in pieces):
                named = {known[piece] for piece in pieces}
                return Answer(tuple(option.value for option in options if option.value in named))
    shown = words if len(words) <= 40 else f"{words[:39]}…"
    if type == "bool":
        return Refusal(f"{shown} is neither: write yes or no.")
    several = "some" if type == "set" else "one"
    listed = "; ".join(option.value for option in options)
    return Refusal(f"{shown} is no choice here: write {several} of {listed}.")
