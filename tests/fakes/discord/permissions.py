"""What somebody may do in a channel, computed as https://discord.com/developers/docs/topics/permissions describes."""

from tests.fakes.discord.world import Channel, Guild, User

ADD_REACTIONS, ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_GUILD = 1 << 6, 1 << 3, 1 << 4, 1 << 5
VIEW_CHANNEL, SEND_MESSAGES, MANAGE_MESSAGES, EMBED_LINKS = 1 << 10, 1 << 11, 1 << 13, 1 << 14
ATTACH_FILES, READ_MESSAGE_HISTORY, MENTION_EVERYONE = 1 << 15, 1 << 16, 1 << 17
USE_APPLICATION_COMMANDS, MANAGE_THREADS = 1 << 31, 1 << 34
CREATE_PUBLIC_THREADS, CREATE_PRIVATE_THREADS, SEND_MESSAGES_IN_THREADS = 1 << 35, 1 << 36, 1 << 38
USE_EXTERNAL_APPS = 1 << 50
ALL = (1 << 53) - 1

EVERYONE = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | ADD_REACTIONS
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_MESSAGES_IN_THREADS
    | USE_EXTERNAL_APPS
)
"""What @everyone has in a new guild of these tests."""

DIRECT = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY | ADD_REACTIONS
"""What anybody may do in a direct conversation that they take part in."""

BOT = 309237746688
"""What the advisor's invite link asks for (docs/platforms.md#discord-threads)."""


def in_guild(user: User, guild: Guild) -> int:
    """Return the permissions of a member before any channel's overwrites; 0 for who is no member."""
    member = guild.members.get(user.id)
    if member is None:
        return 0
    if guild.owner is user:
        return ALL
    held = guild.everyone.permissions
    for role in member.roles:
        held |= role.permissions
    return ALL if held & ADMINISTRATOR else held


def in_channel(user: User, channel: Channel) -> int:
    """Return the permissions here, overwrites and what a missing one implies included; a thread asks its parent."""
    guild = channel.guild
    if guild is None:
        return DIRECT if user in channel.recipients else 0
    held = in_guild(user, guild)
    if held == ALL or user.id not in guild.members:
        return held
    overwrites = (channel.parent or channel).overwrites
    if (everyone := overwrites.get(guild.id)) is not None:
        held = held & ~everyone.deny | everyone.allow
    of_roles = [overwrites[role.id] for role in guild.members[user.id].roles if role.id in overwrites]
    for overwrite in of_roles:
        held &= ~overwrite.deny
    for overwrite in of_roles:
        held |= overwrite.allow
    if (own := overwrites.get(user.id)) is not None:
        held = held & ~own.deny | own.allow
    if not held & VIEW_CHANNEL:
        return 0
    if not held & (SEND_MESSAGES_IN_THREADS if channel.is_thread else SEND_MESSAGES):
        held &= ~(MENTION_EVERYONE | ATTACH_FILES | EMBED_LINKS)
    return held


def sees(user: User, channel: Channel) -> bool:
    """Say whether they can open this channel: a private thread only as its member or as who manages threads."""
    held = in_channel(user, channel)
    if channel.kind == 12 and user.id not in channel.members and not held & MANAGE_THREADS:
        return False
    return bool(held & VIEW_CHANNEL)
