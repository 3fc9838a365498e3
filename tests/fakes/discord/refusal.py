"""Discord's refusals: status, JSON code, words, and where each is documented."""

from typing import Any

_CODES = "https://discord.com/developers/docs/topics/opcodes-and-status-codes#json"
_SCHEMA = "docs/platforms.md#discord-messages, #discord-components, #discord-forms and the OpenAPI specification"

REFUSALS: dict[int, tuple[int, str, str, bool]] = {
    # code: (status, words, source, whether it is the client's own fault and so an offence)
    10003: (404, "Unknown Channel", _CODES, False),
    10004: (404, "Unknown Guild", _CODES, False),
    10007: (404, "Unknown Member", _CODES, False),
    10008: (404, "Unknown Message", _CODES, False),
    10013: (404, "Unknown User", _CODES, False),
    10002: (404, "Unknown Application", _CODES, False),
    10015: (404, "Unknown Webhook", "docs/platforms.md#discord-interactions", False),
    10062: (404, "Unknown interaction", "docs/platforms.md#discord-interactions: first response within 3 s", False),
    40005: (413, "Request entity too large", "docs/platforms.md#discord-messages: 10 MiB a file", True),
    40060: (400, "Interaction has already been acknowledged.", "docs/platforms.md#discord-interactions", True),
    40094: (
        400,
        "This interaction has reached the maximum number of follow up messages.",
        "docs/platforms.md#discord-interactions",
        True,
    ),
    50001: (403, "Missing Access", "docs/platforms.md#discord-threads", False),
    50003: (403, "Cannot execute action on a DM channel", _CODES, False),
    50005: (403, "Cannot edit a message authored by another user", _CODES, True),
    50006: (400, "Cannot send an empty message", _CODES, True),
    50007: (403, "Cannot send messages to this user", "docs/platforms.md#discord-threads", False),
    50008: (400, "Cannot send messages in a non-text channel", _CODES, True),
    50013: (403, "Missing Permissions", "docs/platforms.md#discord-threads", False),
    50024: (400, "Cannot execute action on this channel type", _CODES, True),
    50027: (401, "Invalid Webhook Token", "docs/platforms.md#discord-interactions: a token lasts 15 min", False),
    50035: (400, "Invalid Form Body", _SCHEMA, True),
    50083: (400, "Thread is archived", "docs/platforms.md#discord-threads", False),
    50109: (400, "The request body contains invalid JSON.", _CODES, True),
    50278: (
        403,
        "Cannot send messages to this user due to having no mutual guilds",
        "docs/platforms.md#discord-threads",
        False,
    ),
    160002: (
        400,
        "Cannot reply without permission to read message history",
        "docs/platforms.md#discord-threads",
        False,
    ),
    160004: (400, "A thread has already been created for this message", _CODES, False),
    160005: (403, "Thread is locked", _CODES, False),
}


class Refusal(Exception):
    """One request refused; `where` is the offending field of the body, `what` why."""

    def __init__(self, code: int, what: str = "", where: str = "", *, cite: str = "", offence: bool | None = None):
        status, words, source, own_fault = REFUSALS[code]
        super().__init__(f"{code} {words}{': ' if what else ''}{what}")
        self.code, self.status, self.words, self.what, self.where = code, status, words, what, where
        self.cite = cite or source
        self.offence = own_fault if offence is None else offence

    def body(self) -> dict[str, Any]:
        """Return the JSON in Discord's form, the offending field nested as the body is."""
        made: dict[str, Any] = {"message": self.words, "code": self.code}
        if self.code == 50035:
            errors: dict[str, Any] = {"_errors": [{"code": "INVALID", "message": self.what}]}
            for part in reversed([part for part in self.where.split(".") if part]):
                errors = {part: errors}
            made["errors"] = errors
        return made
