"""What people wrote on Discord, as they see it. Pure."""

import re
from collections.abc import Collection, Mapping

_KEEPS_MARKS = ("allow", "deny")
"""Commands whose channels and roles are meant as such, and not as words."""
_MARK = re.compile(r"<(?:@[!&]?|#)[0-9]+>")
_EMOJI = re.compile(r"<a?(:[A-Za-z0-9_]{1,32}:)[0-9]+>")


def plain(text: str, own: Collection[str] = (), names: Mapping[str, str] | None = None) -> str:
    """Return the text of a message: our own marks taken out, others as `names` calls them (`<@9>` as `@Ana`).

    Nothing is trimmed but what a mention of ours leaves at an end, so that quotes stay what was said.
    """
    for mark in own:
        text = _without_ends(text, mark)
        text = re.sub(rf"(?:, ?| )?{re.escape(mark)}", "", text)
    if text.lstrip().lstrip("/").lower().startswith(_KEEPS_MARKS):
        return text
    known = names or {}
    return _EMOJI.sub(r"\1", _MARK.sub(lambda found: known.get(found[0].replace("!", ""), found[0]), text))


def _without_ends(text: str, mark: str) -> str:
    """Take a mark out that begins or ends a text, and the spaces around it."""
    start = text.lstrip()
    if start.startswith(mark):
        rest = start.removeprefix(mark)
        text = (rest[1:] if rest[:1] in (":", ",") else rest).lstrip()
    end = text.rstrip()
    return end.removesuffix(mark).rstrip() if end.endswith(mark) else text


def marks(user: str, roles: Collection[str] = ()) -> tuple[str, ...]:
    """Return how a user, and roles, are mentioned in the text of a message."""
    return (f"<@{user}>", f"<@!{user}>", *(f"<@&{role}>" for role in roles))
