"""What a person may be called in our words and in other people's: a display name is anything that its owner likes."""

import re

from bot.text.hidden import readable

LONGEST = 40
_WORDS = re.compile(r"[^\W_](?:[\w'’-]*[\w])?\.?(?!\S)|[^\W_](?:[\w'’-]*\w)?")
"""Words with what they have inside; a full stop only behind one, so that none of them is an address."""


def person_name(given: str) -> str:
    """Return a display name as words: no link, mention, markup, or more than 40 characters; "somebody" for none."""
    words = " ".join(_WORDS.findall(readable(given[: 4 * LONGEST])))
    return words[:LONGEST].rstrip() or "somebody"


def mentioned(name: str) -> str:
    """Return what a person, role or channel is called in a message that mentions it: one word, which states nothing."""
    return "-".join(word.strip(".") for word in person_name(name).split())
