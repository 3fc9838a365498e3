"""What the advisor's conversations and people are called, from Slack's own ids and back."""

import re
from dataclasses import dataclass

PLATFORM = "slack"
TIMESTAMP = re.compile(r"[0-9]+\.[0-9]+")
"""A message's `ts`; no user id looks like one."""
NOWHERE, REMOVED = "-", "removed"
"""Stand for the channel and the rest in the conversation that only says: the app was taken out of the workspace."""


@dataclass(frozen=True)
class Place:
    """Where a conversation is held: in a thread, or between one person and the advisor."""

    workspace: str
    """Team id; `E1-T1` where the app is installed across an organisation, `E1-` where that names no team."""
    channel: str
    thread: str | None = None
    """`ts` of its first message."""
    person: str | None = None
    """Who sees the answers, where they are ephemeral."""


def conversation(place: Place) -> str:
    """Return the id of a conversation: `slack:T1:C1:1700000000.000100`, or `slack:T1:C1:U1` for one person's own."""
    if (place.thread is None) == (place.person is None):
        raise ValueError("A place is either a thread or one person's.")
    return ":".join((PLATFORM, place.workspace, place.channel, place.thread or place.person or ""))


def place(conversation: str) -> Place:
    """Return where a conversation is held; ValueError where the id is none of Slack's."""
    platform, workspace, channel, last = (conversation.split(":") + [""] * 4)[:4]
    if platform != PLATFORM or conversation.count(":") != 3 or not (workspace and channel and last):
        raise ValueError(f"{conversation!r} is no conversation on Slack.")
    if TIMESTAMP.fullmatch(last):
        return Place(workspace, channel, thread=last)
    return Place(workspace, channel, person=last)


def author(workspace: str, user: str) -> str:
    """Return the id of a person: `slack:T1:U1`."""
    return f"{PLATFORM}:{workspace}:{user}"


def user_of(author: str) -> str:
    """Return Slack's id of a person."""
    return author.rpartition(":")[2]


def workspace(enterprise: str | None, team: str | None, *, grid: bool = False) -> str:
    """Return the id of a workspace; `grid` where the app is installed across the organisation, not by the team."""
    if enterprise and (grid or not team):
        return f"{enterprise}-{team or ''}"
    return team or ""


def organisation(workspace: str) -> str:
    """Return the id of the organisation that a workspace is served by, as a workspace; empty where it has its own."""
    enterprise, _ = team_of(workspace)
    return f"{enterprise}-" if enterprise else ""


def team_of(workspace: str) -> tuple[str | None, str | None]:
    """Return (enterprise, team) of a workspace id."""
    enterprise, dash, team = workspace.rpartition("-")
    return (enterprise, team or None) if dash else (None, workspace or None)
