"""What `Event.via` says on Discord: who spoke, where a thread can be opened, and how to answer for a while.

Pure. Whoever takes an event in packs it; whoever delivers the answer unpacks it.
"""

import json
from dataclasses import asdict, dataclass

FRESH = 14.5 * 60.0
"""Seconds; Discord takes answers with an interaction's token for 15 minutes."""


@dataclass(frozen=True)
class Via:
    """How the last event can be answered."""

    user: str
    """Discord's id of who spoke."""
    at: float
    """When they did, in seconds since 1970: a token counts from there."""
    application: str | None = None
    token: str | None = None
    """Of the interaction, with the id of the application that it belongs to."""
    waiting: bool = False
    """True where a deferred answer ("thinking …") waits to be filled in; False for a press, deferred as an update."""
    private: bool = False
    """True where that answer is seen by that person alone."""
    ends: bool = False
    """True for a press on a message that one person alone sees, and whose place the answer takes."""
    user_only: bool = False
    """True where the app is installed for the person only: Discord takes five follow-ups there, and nothing else."""
    parent: str | None = None
    """Channel in which they spoke, where that is none of the conversation's own: the thread is still to be opened from
    the message whose id the conversation bears, or there is none and that message is replied to."""
    beyond: bool = False
    """True where a control of a server's conversation was used outside of that server, where it had to be shown."""
    title: str | None = None
    """First words of a mention, for the thread's name."""
    writes: bool = False
    """True where we may write in threads of `parent`, by what the gateway last said of the server; else it is asked."""


def packed(via: Via) -> str:
    """Return it as `Event.via`."""
    return json.dumps({k: v for k, v in asdict(via).items() if v is not None and v is not False}, separators=(",", ":"))


def unpacked(text: str | None) -> Via | None:
    """Read `Reply.via`; None where there is none, or it is not ours."""
    try:
        return Via(**json.loads(text)) if text else None
    except (TypeError, ValueError):
        return None


def fresh(via: Via | None, now: float) -> bool:
    """Tell whether the interaction can still be answered by its token."""
    return bool(via and via.token and via.application and now - via.at < FRESH)
