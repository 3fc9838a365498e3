"""What `Event.via` says on Slack: who spoke, and where they can be answered for a while. Pure."""

import json
from dataclasses import asdict, dataclass

from adapters.slack.files import SLACK
from bot.platform.attachments import is_at

HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Where Slack takes answers. An address goes through people's clients with a form, so it is looked at again."""
NOT_SLACKS = "no address of Slack's"
FRESH = 29 * 60.0
"""Seconds; Slack takes answers at a response address for 30 minutes."""


@dataclass(frozen=True)
class Via:
    """How the last event can be answered."""

    user: str
    """Slack's id of who spoke: streams in a channel are addressed to somebody."""
    at: float
    """When the address was issued, in seconds since 1970."""
    url: str | None = None
    """`response_url`, of a command, a shortcut or a press."""
    ends: bool = False
    """True where it is of a press on a message that one person alone sees, and the answer takes that one's place."""


def packed(via: Via) -> str:
    """Return it as `Event.via`."""
    return json.dumps({k: v for k, v in asdict(via).items() if v is not None and v is not False}, separators=(",", ":"))


def unpacked(text: str | None) -> Via | None:
    """Read `Reply.via`; None where there is none, or it is not ours."""
    try:
        return Via(**json.loads(text)) if text else None
    except (TypeError, ValueError):
        return None


def is_slacks(url: str, api: str) -> bool:
    """Tell whether answers may go to an address; `api` is that of the Web API, which may be a proxy's."""
    return is_at(url, HOSTS, None if api == SLACK else api)


def address(via: Via | None, now: float) -> str | None:
    """Return the response address while it is fresh."""
    return via.url if via and via.url and 0 <= now - via.at < FRESH else None
