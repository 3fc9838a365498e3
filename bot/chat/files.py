"""What somebody wants of a file, by the words that came with it. Pure."""

import re

from bot.chat.commands import parse
from bot.chat.events import Purpose, Said

_LED = r"(?:^|[.!?,;:]\s*+|\n[^\S\n]*+|\b(?:please|can you|could you|would you|will you|let'?s|and|then|now|just)\s+)"
_OBJECT = r"(?:it|this|these|those|them|that|the|my|our|all|on|a trial|a test|now|with)\b"
_RUN = re.compile(
    rf"{_LED}(?:run|try|test|measure|evaluate|benchmark)(?:\s+{_OBJECT}|\s*(?:[.!?:\n]|$))", re.IGNORECASE
)
_TUNES = r"(?:fine-?\s?tun\w*|train\w*)"
_FIT = r"(?:ok(?:ay)?|fine|good|valid|right|correct|correctly|ready|usable|clean|suitable|work|works)"
_CHECK = re.compile(
    rf"\b{_FIT}\b[^.!?\n]{{0,60}}\b{_TUNES}[^.!\n]{{0,40}}\?"
    rf"|\b(?:check|validate|verify|lint)\b[^.!?\n]{{0,40}}\b(?:data ?sets?|jsonl|{_TUNES}|file|data)\b",
    re.IGNORECASE,
)
ENDS = 2_000
"""Characters at either end of a text in which it says what it brings, and what for."""


def asks_to_run(text: str) -> bool:
    """Tell whether words ask to run what they bring: "run these", not "we ran this prompt" or "don't run it yet"."""
    text = _ends(text)
    command = parse(text, addressed=True)
    return (command is not None and command.name == "try") or _RUN.search(text) is not None


def asks_to_check(text: str) -> bool:
    """Tell whether words ask to check a finetuning file: "is this file ok for finetuning?"."""
    text = _ends(text)
    command = parse(text, addressed=True)
    return (command is not None and command.name == "dataset") or _CHECK.search(text) is not None


def purpose(said: Said) -> Purpose:
    """Return what the files of a message are for: to be run, to be checked, or first to be shown as understood."""
    if asks_to_check(said.text):
        return "dataset"
    return "samples" if asks_to_run(said.text) else "shown"


def _ends(text: str) -> str:
    return text if len(text) <= 2 * ENDS else f"{text[:ENDS]} … {text[-ENDS:]}"
