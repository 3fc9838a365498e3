"""Discord's JSON for what exists."""

import hashlib
from datetime import UTC, datetime

from tests.fakes.discord.limits import FILE, GALLERY, THUMBNAIL, media_of, walk
from tests.fakes.discord.permissions import sees
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    FORUM,
    GROUP_DM,
    PRIVATE,
    TEXT,
    VOICE,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    Role,
    User,
)

SIGNED_FOR = 24 * 3600
"""Seconds for which an attachment's address is good."""


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.bot else user.name.capitalize(),
        "discriminator": "0000" if user.bot else "0",
        "avatar": None,
        "bot": user.bot,
        "system": False,
        "public_flags": 0,
    }


def member_json(member: Member, *, with_user: bool = True, permissions: int | None = None) -> Json:
    made: Json = {
        "roles": [str(role.id) for role in member.roles],
        "nick": None,
        "avatar": None,
        "joined_at": stamp(1_700_000_000),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    if with_user:
        made["user"] = user_json(member.user)
    if permissions is not None:
        made["permissions"] = str(permissions)
    return made


def role_json(role: Role, position: int = 0) -> Json:
    return {
        "id": str(role.id),
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": position,
        "permissions": str(role.permissions),
        "managed": role.managed,
        "mentionable": False,
        "flags": 0,
        **({"tags": {"bot_id": str(role.bot)}} if role.bot else {}),
    }


def channel_json(channel: Channel, me: User | None = None, permissions: int | None = None) -> Json:
    """Return a channel as `me` gets it (a direct conversation does not name them as its recipient)."""
    made: Json = {
        "id": str(channel.id),
        "type": channel.kind,
        "flags": 0,
        "last_message_id": str(channel.last) if channel.last else None,
    }
    if permissions is not None:
        made["permissions"] = str(permissions)
    if channel.kind in PRIVATE:
        made["recipients"] = [user_json(user) for user in channel.recipients if user is not me]
        if channel.kind == GROUP_DM:
            made |= {"name": channel.name or None, "icon": None, "owner_id": str(channel.recipients[0].id)}
        return made
    made |= {
        "name": channel.name,
        "guild_id": str(channel.guild.id) if channel.guild else None,
        "parent_id": str(channel.parent.id) if channel.parent else None,
        "rate_limit_per_user": 0,
    }
    if channel.is_thread:
        made |= {
            "owner_id": str(channel.owner.id if channel.owner else 0),
            "message_count": 0,
            "total_message_sent": 0,
            "member_count": len(channel.members),
            "thread_metadata": {
                "archived": channel.archived,
                "locked": channel.locked,
                "auto_archive_duration": channel.archive_after,
                "archive_timestamp": stamp(channel.at),
                "create_timestamp": stamp(channel.at),
                "invitable": True,
            },
        }
        if me is not None and me.id in channel.members:
            made["member"] = thread_member_json(channel, me)
        return made
    made |= {
        "position": 0,
        "nsfw": False,
        "topic": None,
        "permission_overwrites": [
            {"id": str(id), "type": int(each.member), "allow": str(each.allow), "deny": str(each.deny)}
            for id, each in channel.overwrites.items()
        ],
    }
    if channel.kind == VOICE:
        made |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None}
    if channel.kind == FORUM:
        made |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": 0}
        made |= {"default_forum_layout": 0, "default_thread_rate_limit_per_user": 0}
    if channel.kind in (TEXT, ANNOUNCEMENT, FORUM):
        made["default_auto_archive_duration"] = 1440
    return made


def thread_member_json(thread: Channel, user: User) -> Json:
    return {"id": str(thread.id), "user_id": str(user.id), "join_timestamp": stamp(thread.at), "flags": 0}


def guild_json(guild: Guild) -> Json:
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": str(guild.owner.id),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [role_json(role, number) for number, role in enumerate(guild.roles.values())],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "nsfw": False,
    }


def guild_create_json(guild: Guild, channels: list[Channel], me: User) -> Json:
    """Return what GUILD_CREATE carries: of members only the bot's own, of threads the active ones that it sees."""
    return guild_json(guild) | {
        "joined_at": stamp(1_700_000_000),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(guild.members[me.id])],
        "channels": [channel_json(channel, me) for channel in channels if not channel.is_thread],
        "threads": [
            channel_json(thread, me)
            for thread in channels
            if thread.is_thread and not thread.archived and sees(me, thread)
        ],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def signature(secret: str, id: int, ends: int) -> str:
    return hashlib.sha256(f"{secret}:{id}:{ends}".encode()).hexdigest()


def attachment_json(attachment: Attachment, cdn: str, secret: str, now: float) -> Json:
    """Return an attachment with an address that is good for a day (docs/platforms.md#discord-messages)."""
    ends = int(now) + SIGNED_FOR
    signed = f"ex={ends:x}&is={int(now):x}&hm={signature(secret, attachment.id, ends)}"
    url = f"{cdn}/attachments/{attachment.channel}/{attachment.id}/{attachment.name}?{signed}"
    made: Json = {
        "id": str(attachment.id),
        "filename": attachment.name,
        "size": len(attachment.data),
        "url": url,
        "proxy_url": url,
    }
    if attachment.description:
        made["description"] = attachment.description
    if attachment.content_type:
        made["content_type"] = attachment.content_type
    return made


def metadata_json(interaction: Interaction) -> Json:
    """Return how a message that answers an interaction names it."""
    made: Json = {
        "id": str(interaction.id),
        "type": interaction.kind,
        "user": user_json(interaction.user),
        "authorizing_integration_owners": interaction.owners,
    }
    if interaction.kind == 3 and interaction.message is not None:
        made["interacted_message_id"] = str(interaction.message.id)
    if interaction.kind == 2:
        made["name"] = interaction.data["name"]
    if interaction.kind == 5:
        opener = interaction.opened_by
        assert opener is not None
        made["triggering_interaction_metadata"] = metadata_json(opener)
    return made


def _listed(message: Message) -> list[Attachment]:
    """Return the attachments that no component shows: those that one does stand there alone.

    docs/platforms.md#discord-messages
    """
    media = [
        item
        for _, each in walk(message.components)
        if each.get("type") in (FILE, THUMBNAIL, GALLERY)
        for item in media_of(each)
    ]
    shown = {item.get("attachment_id") for item in media}
    return [each for each in message.attachments if str(each.id) not in shown]


def message_json(message: Message, app: int, cdn: str, secret: str, now: float, *, nested: bool = False) -> Json:
    """Return a message in full; whoever sends it on takes out what its reader may not read."""
    made: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": message.kind,
        "author": user_json(message.author),
        "content": message.content,
        "timestamp": stamp(message.at),
        "edited_timestamp": stamp(message.edited_at) if message.edited_at else None,
        "tts": False,
        "mention_everyone": "everyone" in message.pinged or "here" in message.pinged,
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [mention[3:-1] for mention in message.pinged if mention.startswith("<@&")],
        "attachments": [attachment_json(each, cdn, secret, now) for each in _listed(message)],
        "embeds": message.embeds,
        "components": message.components,
        "pinned": False,
        "flags": message.flags,
    }
    if message.author.webhook:
        made["webhook_id"] = str(message.author.id)
    if message.interaction is not None:
        # An answer to an interaction is sent through the application's own webhook.
        made["webhook_id"] = made["application_id"] = str(app)
        made["interaction_metadata"] = metadata_json(message.interaction)
        if message.interaction.kind == 2:
            named = {"name": message.interaction.data["name"], "user": user_json(message.interaction.user)}
            made["interaction"] = {"id": str(message.interaction.id), "type": 2, **named}
    if message.thread is not None:
        made["thread"] = channel_json(message.thread)
    if (first := message.reply_to) is not None:
        made["message_reference"] = {"type": 0, "message_id": str(first.id), "channel_id": str(first.channel.id)}
        if first.channel.guild:
            made["message_reference"]["guild_id"] = str(first.channel.guild.id)
        if not nested:
            gone = first.deleted
            made["referenced_message"] = None if gone else message_json(first, app, cdn, secret, now, nested=True)
    return made
