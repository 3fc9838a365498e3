"""What exists and what people do with it, interactions aside."""

import re
from collections.abc import Collection

from tests.fakes.discord import permissions as may
from tests.fakes.discord import wire
from tests.fakes.discord.core import Core
from tests.fakes.discord.world import (
    ANNOUNCEMENT,
    FORUM,
    GROUP_DM,
    TEXT,
    VOICE,
    Attachment,
    Channel,
    Guild,
    Impossible,
    Member,
    Message,
    Overwrite,
    Role,
    Upload,
    User,
)

KINDS = {"text": TEXT, "forum": FORUM, "announcement": ANNOUNCEMENT, "voice": VOICE}


class People(Core):
    """The world and who writes in it."""

    def user(self, name: str, *guilds: Guild, bot: bool = False, webhook: bool = False) -> User:
        """Make a person (or another bot, or a webhook) who is a member of these guilds."""
        made = User(self.new_id(), name, bot or webhook, webhook)
        self.users[made.id] = made
        for guild in guilds:
            self.join(guild, made)
        return made

    def guild(self, name: str, *, owner: User | None = None, joined: bool = True, shard: int | None = None) -> Guild:
        """Make a guild with the bot in it (`joined`), on a given shard of all where one is named."""
        id = self.new_id((shard, self.shards) if shard is not None else None)
        owner = owner or self.user(f"owner of {name}")
        made = Guild(id, name, owner, joined=joined)
        made.roles[id] = Role(id, "@everyone", may.EVERYONE)
        made.members[owner.id] = Member(owner)
        self.guilds[id] = made
        if joined:
            own = Role(self.new_id(), self.bot.name, self.bot_permissions, managed=True, bot=self.bot.id)
            made.roles[own.id] = own
            made.members[self.bot.id] = Member(self.bot, [own])
            self.emit_guild(made)
        return made

    def set_permissions(self, guild: Guild, permissions: int, *, everyone: int | None = None) -> None:
        """Change what the bot's own role grants; @everyone grants nothing more than `everyone` where it is given."""
        for role in guild.members[self.bot.id].roles:
            if role.managed:
                role.permissions = permissions
                self._told_role(guild, role)
        if everyone is not None:
            guild.everyone.permissions = everyone
            self._told_role(guild, guild.everyone)

    def _told_role(self, guild: Guild, role: Role) -> None:
        self.emit("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": wire.role_json(role)}, guild.id)

    def role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        made = Role(self.new_id(), name, permissions)
        guild.roles[made.id] = made
        self.emit("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": wire.role_json(made)}, guild.id)
        return made

    def join(self, guild: Guild, user: User, *roles: Role) -> None:
        """Make a user a member, or give a member these roles."""
        guild.members[user.id] = Member(user, list(roles))
        member = wire.member_json(guild.members[user.id]) | {"guild_id": str(guild.id)}
        self.emit("GUILD_MEMBER_ADD", member, guild.id)

    def leave(self, guild: Guild, user: User) -> None:
        del guild.members[user.id]
        gone = {"guild_id": str(guild.id), "user": wire.user_json(user)}
        self.emit("GUILD_MEMBER_REMOVE", gone, guild.id)

    def channel(self, guild: Guild, name: str, kind: str = "text") -> Channel:
        """Make a channel: kind is text, forum, announcement or voice."""
        made = self.keep(Channel(self.new_id(), KINDS[kind], name, guild, at=self.now()))
        self.emit_channel("CHANNEL_CREATE", made)
        return made

    def overwrite(self, channel: Channel, who: Role | User, *, allow: int = 0, deny: int = 0) -> None:
        """Set what this channel allows and denies a role (guild.everyone too) or a member."""
        channel.overwrites[who.id] = Overwrite(allow, deny, isinstance(who, User))
        self.emit_channel("CHANNEL_UPDATE", channel)

    def dm(self, user: User) -> Channel:
        """Return the direct conversation of this person with the bot."""
        return self.direct(user)

    def private_channel(self, *users: User) -> Channel:
        """Make a conversation without the bot: of two people a direct one, of more a group."""
        return self.keep(
            Channel(self.new_id(), 1 if len(users) == 2 else GROUP_DM, recipients=list(users), at=self.now())
        )

    def thread(
        self, channel: Channel, name: str, user: User, message: Message | None = None, *, private: bool = False
    ) -> Channel:
        """Let a person open a thread, from a message or without one."""
        kind = 12 if private else 10 if channel.kind == ANNOUNCEMENT else 11
        made = self.start_thread(channel, name, user, message=message, kind=kind, minutes=1440)
        if message is None and not private:
            # Discord tells the channel of a thread that no message started, in a message of its own type.
            told = Message(self.new_id(), channel, user, name, kind=18, at=self.now(), thread=made)
            self.store(told)
        return made

    def install(self, user: User, installed: bool = True) -> None:
        """Install the app for one person (user install)."""
        user.installed = installed

    def say(
        self,
        user: User,
        channel: Channel,
        text: str = "",
        *,
        reply_to: Message | None = None,
        ping: bool = True,
        files: Collection[Upload] = (),
    ) -> Message:
        """Let somebody write here; a reply pings whom it answers unless they switched that off."""
        self.must_see(user, channel)
        if channel.kind == FORUM:
            raise Impossible("a forum takes posts: use post()")
        if channel.locked and not may.in_channel(user, channel) & may.MANAGE_THREADS:
            raise Impossible(f"the thread {channel.name!r} is locked")
        if not (text or files):
            raise Impossible("Discord sends no empty message")
        if len(text) > 2000:
            raise Impossible("over 2000 characters: Discord turns a long paste into a file, use files=")
        made = Message(self.new_id(), channel, user, text, reply_to=reply_to, at=self.now())
        made.kind = 19 if reply_to else 0
        made.attachments = self.uploaded(files, channel)
        made.mentions = self.named_in(text)
        made.pinged = [*(each.mention for each in made.mentions), *re.findall(r"<@&\d+>", made.content)]
        if reply_to is not None and ping:
            made.pinged.append(reply_to.author.mention)
            made.mentions = list(dict.fromkeys([*made.mentions, reply_to.author]))
        self.store(made)
        return made

    def post(self, user: User, forum: Channel, title: str, text: str, *, files: Collection[Upload] = ()) -> Message:
        """Open a forum post; the message's channel is the new thread and has its id."""
        self.must_see(user, forum)
        thread = self.start_thread(forum, title, user, minutes=1440)
        made = Message(thread.id, thread, user, text, at=self.now(), attachments=self.uploaded(files, thread))
        made.mentions = self.named_in(text)
        made.pinged = [each.mention for each in made.mentions]
        self.store(made)
        return made

    def edit(self, message: Message, text: str) -> None:
        """Let the author change what they wrote."""
        if message.channel.archived:
            raise Impossible("nothing is edited in an archived thread")
        message.history.append(message.content)
        message.content, message.edited, message.edited_at = text, True, self.now()
        message.mentions = self.named_in(text)
        self.emit_message("MESSAGE_UPDATE", message)
        self.changed()

    def delete(self, message: Message) -> None:
        """Let somebody with the right to it delete a message."""
        self.remove(message)

    def archive(self, thread: Channel, archived: bool = True) -> None:
        thread.archived = archived
        self.emit_channel("THREAD_UPDATE", thread)

    def lock(self, thread: Channel, locked: bool = True) -> None:
        thread.locked = locked
        self.emit_channel("THREAD_UPDATE", thread)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel or thread, with the threads in it."""
        for thread in [each for each in self.channels.values() if each.parent is channel and not each.deleted]:
            self.delete_channel(thread)
        guild, parent = channel.guild, channel.parent
        if guild is not None and channel.is_thread:
            gone = {"id": str(channel.id), "guild_id": str(guild.id), "type": channel.kind}
            self.emit("THREAD_DELETE", gone | {"parent_id": str(parent.id) if parent else None}, guild.id)
        else:
            self.emit_channel("CHANNEL_DELETE", channel)
        channel.deleted = True
        self.changed()

    def close_dms(self, user: User, closed: bool = True) -> None:
        """Let a person take no direct messages."""
        user.dms_closed = closed

    def remove_from_guild(self, guild: Guild) -> None:
        """Kick the bot."""
        self.emit("GUILD_DELETE", {"id": str(guild.id)}, guild.id)
        guild.joined = False
        guild.members.pop(self.bot.id, None)

    def seen(self, channel: Channel, user: User | None = None) -> list[Message]:
        """Return the messages in order, with ephemeral ones only for the person who sees them."""
        own = [each for each in self.messages.values() if each.channel is channel and not each.deleted]
        return sorted((each for each in own if each.seen_by in (None, user)), key=lambda each: each.id)

    def last(self, channel: Channel, by: User | None = None, user: User | None = None) -> Message | None:
        """Return the last message here, or the last by one author."""
        own = [each for each in self.seen(channel, user) if by in (None, each.author)]
        return own[-1] if own else None

    def threads(self, channel: Channel) -> list[Channel]:
        return [each for each in self.channels.values() if each.parent is channel and not each.deleted]

    def must_see(self, user: User, channel: Channel) -> None:
        if channel.deleted or not (user.webhook or may.sees(user, channel)):
            raise Impossible(f"{user.name} cannot see {channel.name or 'this conversation'}")

    def uploaded(self, files: Collection[Upload], channel: Channel) -> list[Attachment]:
        return [
            Attachment(self.new_id(), each.name, each.data, each.description, each.content_type, channel.id)
            for each in files
        ]

    def named_in(self, text: str) -> list[User]:
        ids = dict.fromkeys(int(id) for id in re.findall(r"<@!?(\d+)>", text))
        return [self.users[id] for id in ids if id in self.users]
