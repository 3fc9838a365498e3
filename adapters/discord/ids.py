"""What the advisor's conversations and people are called, from Discord's own ids and back. Pure.

discord:1:30:30     a thread of server 1, a forum post too. One that is opened from a message bears its id, so a
                    mention in a channel is the thread's conversation from the start. Where no thread can be
                    opened it stays that of message 30: what we say there replies to it, so what replies to us
                    leads back
discord:@me:7:7     direct messages
discord:1:20:@9     what person 9 asked privately in channel 20, by a command or a menu; `@me` for the server where
                    that is none: a conversation of people, in which the advisor is installed for one of them
"""

import re
from dataclasses import dataclass

PLATFORM = "discord"
DIRECT = "@me"
"""Stands for the server where there is none."""
_ID = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Place:
    """Where a conversation is held: in a thread, in direct messages, or between one person and the advisor."""

    guild: str
    """DIRECT outside of servers."""
    channel: str
    """The thread or the DM channel; where `person` is set the channel in which they asked."""
    person: str | None = None
    """Who sees the answers, where they are ephemeral."""

    @property
    def direct(self) -> bool:
        """True for the person's direct messages with the advisor."""
        return self.guild == DIRECT and self.person is None


def conversation(place: Place) -> str:
    """Return the id of a conversation."""
    last = place.channel if place.person is None else f"@{place.person}"
    return ":".join((PLATFORM, place.guild, place.channel, last))


def place(conversation: str) -> Place:
    """Return where a conversation is held; ValueError where the id is none of Discord's."""
    platform, guild, channel, last = (conversation.split(":") + [""] * 4)[:4]
    person = last[1:] if last.startswith("@") else None
    known = platform == PLATFORM and conversation.count(":") == 3 and (guild == DIRECT or _ID.fullmatch(guild))
    if (
        not known
        or not _ID.fullmatch(channel)
        or not (_ID.fullmatch(person) if person is not None else last == channel)
    ):
        raise ValueError(f"{conversation!r} is no conversation on Discord.")
    return Place(guild, channel, person)


def removed(guild: str) -> str:
    """Return the conversation that only says: the advisor was taken out of this server."""
    return f"{PLATFORM}:{guild}:-:removed"


def author(guild: str, user: str) -> str:
    """Return the id of a person: `discord:1:9`, `discord:@me:9` outside of servers."""
    return f"{PLATFORM}:{guild}:{user}"


def user_of(author: str) -> str:
    """Return Discord's id of a person."""
    return author.rpartition(":")[2]
