"""One use of a command, a control or a form: what Discord tells of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import discord

from adapters.discord import ids
from adapters.discord.inbound.messages import home_of, in_thread, name_of, roles_of
from adapters.discord.reply_address import Via, packed
from bot.chat.events import Body, Event

Payload = Mapping[str, Any]
EPHEMERAL = 1 << 6


@dataclass(frozen=True)
class Use:
    """An interaction."""

    id: str
    token: str
    application: str
    at: datetime
    user: str
    name: str
    roles: tuple[str, ...]
    guild: str
    """ids.DIRECT outside of servers."""
    channel: str
    home: str
    """The channel that a thread is in, itself where it is none."""
    data: Payload
    direct: bool
    """True in the person's direct messages with us."""
    thread: bool
    alone: bool
    """True where the advisor is installed for the person only."""
    manages: bool = False
    """True where the person may manage the server."""
    message: str | None = None
    """Of a press and what follows it: the message that was pressed."""
    ephemeral: bool = False
    """True where only the person sees that message."""
    root: str | None = None
    """What that message replies to."""
    components: Sequence[dict[str, Any]] = field(default_factory=tuple)
    """What stands in it."""

    @property
    def author(self) -> str:
        return ids.author(self.guild, self.user)

    @property
    def own(self) -> str:
        """The conversation of this person alone: the DM with us, or a private one in the channel."""
        return ids.conversation(ids.Place(self.guild, self.channel, None if self.direct else self.user))

    def conversations(self) -> list[str]:
        """Return which conversations the message that was pressed may belong to, by where it stands."""
        if self.direct:
            return [self.own]
        places = [ids.Place(self.guild, self.channel)] if self.thread else []
        places += [ids.Place(self.guild, self.root)] if self.root and not self.thread else []
        own = [self.own]
        return [*own, *map(ids.conversation, places)] if self.ephemeral else [*map(ids.conversation, places), *own]


def read(interaction: discord.Interaction) -> Use:
    """Return what Discord tells of an interaction."""
    channel: Any = interaction.channel
    message, person = interaction.message, interaction.user
    reference = message.reference if message is not None else None
    return Use(
        id=str(interaction.id),
        token=interaction.token,
        application=str(interaction.application_id),
        at=interaction.created_at,
        user=str(person.id),
        name=name_of(person),
        roles=roles_of(person),
        guild=str(interaction.guild_id or ids.DIRECT),
        channel=str(interaction.channel_id),
        home=str(home_of(channel)) if channel is not None else str(interaction.channel_id),
        data=dict(interaction.data or {}),
        direct=interaction.guild_id is None and interaction.context.dm_channel,
        thread=in_thread(channel),
        alone=not interaction.is_guild_integration() and interaction.is_user_integration(),
        manages=interaction.permissions.manage_guild,
        message=str(message.id) if message is not None else None,
        ephemeral=message is not None and bool(message.flags.value & EPHEMERAL),
        root=str(reference.message_id) if reference is not None and reference.message_id else None,
        components=[each.to_dict() for each in message.components] if message is not None else (),  # pyright: ignore
    )


def inbound(use: Use, conversation: str, body: Body, *, waiting: bool, ends: bool = False, **more: Any) -> Event:
    """Return the event that a use is; `waiting` where a deferred answer is to be filled in, `ends` where the answer
    takes the place of what was pressed.
    """
    place = ids.place(conversation)
    # In a channel, and not where an answer was sent to somebody's direct messages instead.
    keyed = place.person is None and use.guild == place.guild != ids.DIRECT and not use.thread
    via = Via(
        user=use.user,
        at=use.at.timestamp(),
        application=use.application,
        token=use.token,
        waiting=waiting,
        private=(waiting and not use.direct) or ends,
        ends=ends,
        user_only=use.alone,
        parent=use.channel if keyed else None,
        beyond=place.guild not in (ids.DIRECT, use.guild),
    )
    fields: dict[str, Any] = {"message": use.id, **more}
    return Event(
        conversation=conversation,
        platform=ids.PLATFORM,
        workspace="" if place.guild == ids.DIRECT else place.guild,
        channel=use.home,
        author=ids.author(place.guild, use.user),
        name=use.name,
        roles=use.roles,
        at=use.at,
        private=place.direct or place.person is not None,
        via=packed(via),
        awaited=place.person is not None,
        body=body,
        **fields,
    )
