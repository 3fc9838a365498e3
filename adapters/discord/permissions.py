"""What the advisor asks to be allowed on a server, and what a member may do in a channel. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

ADMINISTRATOR, MANAGE_GUILD = 1 << 3, 1 << 5
VIEW_CHANNEL, SEND_MESSAGES, ATTACH_FILES, READ_HISTORY = 1 << 10, 1 << 11, 1 << 15, 1 << 16
CREATE_PUBLIC_THREADS, SEND_IN_THREADS = 1 << 35, 1 << 38
ALL = (1 << 53) - 1


@dataclass(frozen=True)
class Permission:
    """One thing that the advisor asks to be allowed."""

    bit: int
    name: str
    use: str
    without: str
    """What is lost without it."""
    in_forums: bool = True


NEEDED = (
    Permission(VIEW_CHANNEL, "View Channels", "hears mentions in a channel", "it hears nothing there"),
    Permission(
        SEND_MESSAGES, "Send Messages", "answers in a channel", "it cannot answer where it may open no thread", False
    ),
    Permission(
        CREATE_PUBLIC_THREADS,
        "Create Public Threads",
        "opens a thread for a consultation",
        "it answers in the channel itself",
        False,
    ),
    Permission(
        SEND_IN_THREADS,
        "Send Messages in Threads",
        "answers in threads and forum posts",
        "it cannot answer in threads and forum posts",
    ),
    Permission(
        READ_HISTORY,
        "Read Message History",
        "replies to the message that asked; reads once what was said in a thread before it was mentioned",
        "it cannot mark its answers as replies, cannot read what was said before, and cannot look up whether a message "
        "in doubt has arrived",
    ),
    Permission(
        ATTACH_FILES,
        "Attach Files",
        "shows the picture of a trial, hands out records and long tables",
        "it says in words what the picture shows, and hands out no files",
    ),
)
PERMISSIONS = sum(each.bit for each in NEEDED)
"""The number in the invite link."""
SCOPES = "bot+applications.commands"


def invite(application: str) -> str:
    """Return the link by which somebody who manages a server adds the app to it."""
    address = "https://discord.com/oauth2/authorize"
    return f"{address}?client_id={application}&scope={SCOPES}&permissions={PERMISSIONS}"


def in_guild(guild: Json, member: Json) -> int:
    """Return what a member may do before any channel's overwrites; roles are those of the guild object."""
    user: Json = member["user"]
    if str(guild["owner_id"]) == str(user["id"]):
        return ALL
    own = {str(id) for id in member["roles"]} | {str(guild["id"])}
    held = 0
    for role in guild["roles"]:
        if str(role["id"]) in own:
            held |= int(role["permissions"])
    return ALL if held & ADMINISTRATOR else held


def in_channel(guild: Json, member: Json, channel: Json) -> int:
    """Return what a member may do in a channel; for a thread give its parent.

    https://discord.com/developers/docs/topics/permissions#permission-overwrites
    """
    held = in_guild(guild, member)
    if held == ALL:
        return held
    overwrites: Sequence[Json] = channel.get("permission_overwrites") or ()
    by_id = {str(each["id"]): each for each in overwrites}
    user: Json = member["user"]
    roles = [by_id[str(id)] for id in member["roles"] if str(id) in by_id]
    for level in ([by_id.get(str(guild["id"]))], roles, [by_id.get(str(user["id"]))]):
        some = [each for each in level if each is not None]
        for each in some:
            held &= ~int(each["deny"])
        for each in some:
            held |= int(each["allow"])
    return held if held & VIEW_CHANNEL else 0
