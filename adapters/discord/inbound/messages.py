"""What people write in channels, threads, forum posts and DMs, as events of the core. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import discord

from adapters.discord import ids
from adapters.discord.files import ref_of
from adapters.discord.inbound.text import marks, plain
from adapters.discord.render.custom_ids import read
from adapters.discord.render.limits import THREAD, short
from adapters.discord.reply_address import Via, packed
from bot.chat.events import Body, Deleted, Edited, Event, FileRef, Hidden, Removed, Said
from bot.text.person import mentioned

SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
"""Kinds of messages that a person wrote."""
NOT_MY_ROLE = "Discord does not show me what you wrote, since it names my role: mention me, not my role."


def said(message: discord.Message, bot: int) -> Event | None:
    """Return what a new message means to the advisor; None where it is none of its business, or cannot be read."""
    asked = is_asked(message, bot)
    if not by_machine(message) and not is_readable(message) and _own_roles(message):
        return _inbound(message, bot, Hidden(instead=NOT_MY_ROLE))
    if by_machine(message) or not is_readable(message) or not (asked or in_thread(message.channel)):
        return None
    thread = in_thread(message.channel)
    return _inbound(
        message,
        bot,
        Said(text=words_of(message, bot), files=files_of(message), passed_on=passed_on(message, bot)),
        addressed="us" if asked else "people",
        late=asked and thread and message.id != message.channel.id,
    )


def edited(message: discord.Message, bot: int, *, sees_all: bool) -> Event | None:
    """Return what a changed message means; `sees_all` where the content of every message is shown to us."""
    if by_machine(message) or message.edited_at is None:
        return None  # Discord also says so when it shows what a link leads to
    if not message.content and not sees_all and not is_direct(message.channel):
        return None
    edition = str(int(message.edited_at.timestamp() * 1000))
    return _inbound(message, bot, Edited(text=words_of(message, bot)), addressed="known", edition=edition)


def deleted(guild: int | None, channel: int, message: int, conversation: str) -> Event:
    """Return what says that a message is gone; Discord does not say whose it was."""
    where = ids.DIRECT if guild is None else str(guild)
    return Event(
        conversation=conversation,
        platform=ids.PLATFORM,
        workspace=str(guild or ""),
        channel=str(channel),
        message=str(message),
        edition="deleted",
        author=ids.author(where, NOBODY),
        at=datetime.now(UTC),
        private=guild is None,
        addressed="known",
        body=Deleted(),
    )


def removed(guild: int) -> Event:
    """Return what says that the advisor was taken out of a server."""
    now = datetime.now(UTC)
    return Event(
        conversation=ids.removed(str(guild)),
        platform=ids.PLATFORM,
        workspace=str(guild),
        message=f"removed {now.timestamp():.0f}",
        author=ids.author(str(guild), NOBODY),
        at=now,
        body=Removed(),
    )


NOBODY = "-"
"""Stands for a person whom Discord does not name."""


def place_of(message: discord.Message, bot: int) -> ids.Place:
    """Return where a message belongs."""
    channel, guild = message.channel, guild_of(message)
    if guild is None:
        return ids.Place(ids.DIRECT, str(channel.id))
    if in_thread(channel):
        return ids.Place(str(guild), str(channel.id))
    return ids.Place(str(guild), str(root_of(message, bot) or message.id))


def root_of(message: discord.Message, bot: int) -> int | None:
    """Return the message whose conversation a reply goes on with, in a channel: what we say there replies to that.

    Where we may not reply for want of the history, the controls of what we say still name it.
    """
    ours = answers_us(message, bot)
    if ours is None:
        return None
    if ours.reference is not None:
        return ours.reference.message_id
    named = (named_by(each.to_dict(), str(message.author.id)) for each in ours.components)
    found = next((ids.place(each) for each in named if each), None)
    return int(found.channel) if found is not None and found.guild == str(guild_of(message)) else None


def named_by(component: Mapping[str, Any], user: str) -> str | None:
    """Return the conversation that a control of ours, or one inside this component, names."""
    carried = component.get("custom_id")
    own = read(str(carried), user)[1] if carried else None
    inner: Sequence[Mapping[str, Any]] = component.get("components") or ()
    return own or next((found for each in inner if (found := named_by(each, user))), None)


def answers_us(message: discord.Message, bot: int) -> discord.Message | None:
    """Return our message that this one replies to."""
    first = message.reference.resolved if message.reference is not None else None
    return first if isinstance(first, discord.Message) and first.author.id == bot else None


def is_asked(message: discord.Message, bot: int) -> bool:
    """Tell whether somebody speaks to us: in a DM, by a mention of ours or of our role, by a reply to us."""
    return (
        is_direct(message.channel)
        or any(user.id == bot for user in message.mentions)
        or bool(_own_roles(message))
        or answers_us(message, bot) is not None
    )


def is_readable(message: discord.Message) -> bool:
    """Tell whether there is anything in it for us: without the intent Discord empties what does not mention us."""
    return bool(message.content or message.attachments or message.message_snapshots)


def by_machine(message: discord.Message) -> bool:
    """Tell whether an app, a webhook or Discord itself wrote a message: these are never answered."""
    return message.author.bot or message.author.system or bool(message.webhook_id) or message.type not in SPOKEN


def words_of(message: discord.Message, bot: int) -> str:
    """Return what was written."""
    return _plain(message, [message.content], bot)


def passed_on(message: discord.Message, bot: int) -> str:
    """Return the words of others that were passed on with a message."""
    return _plain(message, [each.content for each in message.message_snapshots], bot).strip()


def _plain(message: discord.Message, texts: Sequence[str], bot: int) -> str:
    names = {f"<@{user.id}>": f"@{mentioned(user.display_name)}" for user in message.mentions}
    names |= {f"<@&{role.id}>": f"@{mentioned(role.name)}" for role in message.role_mentions}
    names |= {f"<#{channel.id}>": f"#{mentioned(channel.name)}" for channel in message.channel_mentions}
    own = marks(str(bot), _own_roles(message))
    return "\n".join(plain(text, own, names) for text in texts if text)


def files_of(message: discord.Message) -> tuple[FileRef, ...]:
    """Return the files of a message."""
    held = [*message.attachments, *(each for kept in message.message_snapshots for each in kept.attachments)]
    return tuple(ref_of({"filename": each.filename, "url": each.url, "size": each.size}) for each in held)


def is_direct(channel: Any) -> bool:
    """Tell whether a channel is the direct conversation with one person."""
    return isinstance(channel, discord.DMChannel)


def in_thread(channel: Any) -> bool:
    """Tell whether a channel is a thread or a forum post; what is not known of a server is one that was archived."""
    return isinstance(channel, discord.Thread | discord.PartialMessageable)


def home_of(channel: Any) -> int:
    """Return the channel that a thread is in, itself where it is none."""
    return channel.parent_id if isinstance(channel, discord.Thread) else channel.id


def guild_of(message: discord.Message) -> int | None:
    """Return the server that a message is in, also where that cannot be reached at the moment."""
    channel: Any = message.channel
    if is_direct(channel):
        return None
    return channel.guild_id if isinstance(channel, discord.PartialMessageable) else channel.guild.id


def name_of(person: discord.User | discord.Member) -> str:
    """Return how a person is called where they speak."""
    return person.display_name


def roles_of(person: discord.User | discord.Member) -> tuple[str, ...]:
    """Return the ids of the roles that a person has in a server; none in a direct conversation."""
    return tuple(str(role.id) for role in person.roles) if isinstance(person, discord.Member) else ()


def _own_roles(message: discord.Message) -> tuple[str, ...]:
    """Return our own role where it is mentioned: Discord offers it beside us, under the same name."""
    return tuple(str(role.id) for role in message.role_mentions if role.is_bot_managed() and _is_ours(role))


def _is_ours(role: discord.Role) -> bool:
    return role.guild.self_role == role


def _may_write(channel: Any) -> bool:
    """Tell whether we surely may write in threads of a channel; a server that is out of reach tells nothing of us."""
    me: discord.Member | None = channel.guild.me
    return me is not None and channel.permissions_for(me).send_messages_in_threads


def _inbound(message: discord.Message, bot: int, body: Body, **more: Any) -> Event:
    place, guild = place_of(message, bot), guild_of(message)
    parent = None if guild is None or in_thread(message.channel) else str(message.channel.id)
    title = short(" ".join(words_of(message, bot).split()), THREAD) if parent else None
    at, user = message.created_at, str(message.author.id)
    writes = parent is not None and _may_write(message.channel)
    via = Via(user=user, at=at.timestamp(), parent=parent, title=title or None, writes=writes)
    return Event(
        conversation=ids.conversation(place),
        platform=ids.PLATFORM,
        workspace=str(guild or ""),
        channel=str(home_of(message.channel)),
        message=str(message.id),
        author=ids.author(place.guild, user),
        name=name_of(message.author),
        roles=roles_of(message.author),
        at=at,
        private=place.direct,
        via=packed(via),
        body=body,
        **more,
    )
