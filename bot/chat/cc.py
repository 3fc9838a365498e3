"""Whom a message that is to us names besides: everybody, and those who are only to know of it. Pure."""

import re

_EVERYBODY = r"@(?:here|channel|everyone)(?![\w.-])"
_NAME = r"@\w[\w.-]*"
_NAMES = rf"{_NAME}(?:(?:,\s*|\s+(?:and\s+)?){_NAME}){{0,20}}"
_END = r"[\s.!)]*$"
_COPIED = re.compile(
    rf"(?:^|[\s,;(])(?:cc:?\s*{_NAMES}|{_EVERYBODY}){_END}|^\s*(?:cc:?\s*)?{_EVERYBODY}[\s,:]*", re.IGNORECASE
)
_NAMED = re.compile(rf"^\s*{_NAMES}[\s,:]*|(?:^|[\s,;]){_NAMES}{_END}", re.IGNORECASE)
_ROUNDS = 3
"""Groups of names at an end; more are no courtesy to colleagues."""


def without_copies(text: str) -> str:
    """Return words without those who are only to know of them: "400 examples cc @ben", "@here 400 examples"."""
    return _without(_COPIED, text)


def without_names(text: str) -> str:
    """Return words without whoever is named before or after them: "help @ben", "@ben thanks"."""
    return _without(_NAMED, without_copies(text))


def _without(names: re.Pattern[str], text: str) -> str:
    for _ in range(_ROUNDS if "@" in text else 0):
        kept = names.sub("", text)
        if kept == text:
            break
        text = kept.rstrip().rstrip(",;(").rstrip()
    return text
