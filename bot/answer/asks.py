"""The single questions of what people asked. Pure."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from bot.text.hidden import readable

_SEVERAL = re.compile(
    r"(?<=[?？])\s*|,? and (?=(?:what|how|which|why|where|when|can|do|does|is|are|should)(?: \S+){3})", re.IGNORECASE
)
_LAST = re.compile(r"(?<=[.!。！])\s+(?=\w)|(?<=[。！])")
_FIRST = re.compile(r"(?<=[.!?])\s")
RHETORICAL = 3
"""Words of a question that its author may ask and answer."""
_QUESTION = re.compile(r"[?？]|^(?:what|how|which|why|where|when|can|do|does|is|are|should)\b", re.IGNORECASE)
LONGEST_LINE, MOST_ASKS = 1_500, 3


def questions(given: Sequence[str]) -> tuple[str, ...]:
    """Return the single questions of what was asked."""
    asks: list[str] = []
    for ask in given:
        said = " ".join(readable(ask).split())
        parts = [part.strip() for part in _SEVERAL.split(said) if part.strip()] if _QUESTION.search(said) else [said]
        # "The result? 42 %. Why? Because …": who answers at once has asked nobody.
        open_ = [part for part, then in zip_longest(parts, parts[1:], fillvalue="") if not _answered(part, then)]
        asked = [_LAST.split(part)[-1] if part.endswith(("?", "？")) else part for part in open_]
        # What stands beside a question is the case, which is read elsewhere.
        kept = [part for part in asked if len(parts) == 1 or _QUESTION.search(part)]
        asks += kept or (asked[:1] if len(open_) == len(parts) else [])
    return tuple(part[:LONGEST_LINE] for part in dict.fromkeys(asks))[:MOST_ASKS]


def _answered(part: str, then: str) -> bool:
    """Tell whether the short question that a part ends with is answered by what its author says next."""
    short = part.endswith("?") and len(_LAST.split(part)[-1].split()) <= RHETORICAL
    return short and bool(then) and not _FIRST.split(then, maxsplit=1)[0].endswith("?")
