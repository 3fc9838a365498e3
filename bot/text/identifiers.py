"""Ids and mail addresses in words, as they leave for a model: told apart, and no longer those of people and places."""

import re
from hashlib import sha256

_NAMED = re.compile(r"<(?P<kind>@[!&]?|#|!subteam\^)(?P<id>[A-Z0-9]{5,24})(?:\|[^>\n]{0,80})?>")
"""A mention, as Slack and Discord write it."""
_BARE = re.compile(r"(?<![\w/.-])(?:[UWCTGBD](?=[A-Z0-9]*\d)[A-Z0-9]{8,12}|\d{17,20})(?![\w/.-])")
"""An id of Slack, or of Discord, by itself."""
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[a-z]{2,24}\b", re.IGNORECASE)


def hashed(text: str) -> str:
    """Return a text with a short digest in the place of each id and each mail address."""
    text = _NAMED.sub(lambda found: f"{found['kind'][0].replace('!', '@')}{_digest(found['id'])}", text)
    text = _MAIL.sub(lambda found: f"mail-{_digest(found.group().lower())}", text)
    return _BARE.sub(lambda found: f"id-{_digest(found.group())}", text)


def _digest(id: str) -> str:
    return sha256(f"advisor {id}".encode()).hexdigest()[:6]
