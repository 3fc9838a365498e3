"""What people wrote on Slack, as they see it. Pure."""

import re

from bot.text.person import mentioned

_MARK = re.compile(r"<([@#!]?)([^<>|\n]*)(?:\|([^<>\n]*))?>")
_KEEPS_CHANNELS = ("allow", "deny")
"""Commands whose channels are meant as such, and not as words."""


def plain(text: str, bot: str | None) -> str:
    """Return the text of a message: our own mention taken out, other marks as their labels, `&lt;` as `<`.

    Nothing is trimmed but what a mention leaves at an end, so that quotes stay what was said.
    """
    own = f"<@{bot}>" if bot else None
    if own and own[:-1] in text:
        text = re.sub(rf"<@{re.escape(bot or '')}(?:\|[^<>]*)?>", own, text)
        text = _without_ends(text, own)
        text = re.sub(rf"(?:, ?| )?{re.escape(own)}", "", text)
    if text.lstrip().lstrip("/").lower().startswith(_KEEPS_CHANNELS):
        return _unescaped(text)
    return _unescaped(_MARK.sub(_shown, text))


def mentions(text: str, user: str | None) -> bool:
    """Tell whether a text mentions this user."""
    return bool(user) and re.search(rf"<@{re.escape(user or '')}(?:\|[^<>]*)?>", text) is not None


def _unescaped(text: str) -> str:
    """Return the text with the three signs that Slack escapes; a search for all of HTML's would take long."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _without_ends(text: str, own: str) -> str:
    """Take a mention out that begins or ends a text, and the spaces around it."""
    start = text.lstrip()
    if start.startswith(own):
        rest = start.removeprefix(own)
        text = (rest[1:] if rest[:1] in (":", ",") else rest).lstrip()
    end = text.rstrip()
    return end.removesuffix(own).rstrip() if end.endswith(own) else text


def _shown(found: "re.Match[str]") -> str:
    kind, target, label = found.group(1), found.group(2), found.group(3)
    match kind:
        case "@":
            return f"@{mentioned(_unescaped(label or target))}"
        case "#":
            return f"#{mentioned(_unescaped(label or target))}"
        case "!":
            name = label or target.partition("^")[0]
            return name if target.startswith("date^") else f"@{name.lstrip('@')}"
        case _:
            address = target.removeprefix("mailto:")
            return (
                address if not label or label == address or address.endswith(f"//{label}") else f"{label} ({address})"
            )
