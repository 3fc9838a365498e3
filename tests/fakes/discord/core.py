"""What the whole fake shares: its clock, its state, and the way from an event to the sessions that get it."""

import asyncio
import base64
import contextlib
import itertools
import json
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.fakes.discord import permissions, wire
from tests.fakes.discord.intents import GUILDS, PRIVILEGED, intent_of, readable, redact
from tests.fakes.discord.world import (
    Ack,
    Attachment,
    Call,
    Channel,
    Guild,
    Interaction,
    Json,
    Message,
    Modal,
    Offence,
    User,
)

T = TypeVar("T")
EPOCH = 1_420_070_400
FIRST_RESPONSE, TOKEN = 3.0, 900.0
"""Seconds for the first response to an interaction and for its token (docs/platforms.md#discord-interactions)."""


@dataclass(eq=False)
class Session:
    """One shard's session; it outlives its sockets until it is invalidated."""

    id: str
    shard: int
    count: int
    intents: int
    events: list[Json] = field(default_factory=list[Json])
    """Every event dispatched so far, to be replayed on RESUME; the sequence number is the place, from 1."""
    line: "asyncio.Queue[Json | int] | None" = None
    """Where frames (and, as a number, a closing code) go while connected."""
    resumed: int = 0
    ready: bool = False
    forgotten: bool = False
    """Whether it can no longer be resumed."""

    @property
    def connected(self) -> bool:
        return self.line is not None


@dataclass
class Trouble:
    """What the next requests to one route get instead of an answer."""

    method: str
    route: str
    times: int
    status: int = 0
    retry_after: float = 0.0
    everywhere: bool = False
    via: bool = True
    """A 429 without this header comes from the network in front of Discord (docs/platforms.md#discord-rate-limits)."""
    dropped: bool = False


class Core:
    """The state of one fake Discord; see FakeDiscord for what it offers."""

    loop: asyncio.AbstractEventLoop

    def __init__(
        self,
        *,
        shards: int = 1,
        privileged: Collection[str] = (),
        permissions: int = permissions.BOT,
        max_concurrency: int = 16,
        heartbeat: float = 41.25,
    ) -> None:
        self.shards, self.max_concurrency, self.heartbeat = shards, max_concurrency, heartbeat
        self.privileged = {PRIVILEGED[name] for name in privileged}
        self.bot_permissions = permissions
        self.url = self.api = self.cdn = self.gateway_url = ""
        self.secret = secrets.token_hex(8)
        self._ids = itertools.count()
        self._moved = 0.0
        self._change = asyncio.Event()
        self.running = False

        self.bot = User(self.new_id(), "finetune advisor", bot=True)
        self.application_id = self.bot.id
        encoded = base64.urlsafe_b64encode(str(self.bot.id).encode()).decode().rstrip("=")
        self.token = f"{encoded}.{secrets.token_hex(3)}.{secrets.token_hex(12)}"
        self.installs = {0, 1}
        """Ways in which the portal lets the application be installed: in servers (0), for a person (1)."""
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.commands: dict[int | None, list[Json]] = {}
        self.interactions: list[Interaction] = []
        self.modals: list[Modal] = []
        self.acks: list[Ack] = []
        self.calls: list[Call] = []
        self.offences: list[Offence] = []
        self.pings: list[Message] = []
        self.sessions: dict[str, Session] = {}
        self.silent = False
        self.deaf: set[asyncio.Queue[Json | int]] = set()
        """Connections over which nothing comes or goes any more, although they are open."""
        self.heartbeats = 0
        self.troubles: list[Trouble] = []
        self.buckets: dict[tuple[str, str], tuple[int, float]] = {}
        self.spent: dict[tuple[str, str, str], list[float]] = {}
        """When each rate limit bucket was last drawn on, by method, route and major parameter."""
        self.identified: dict[int, list[tuple[float, int]]] = {}
        self.nonces: dict[str, tuple[float, Message]] = {}
        self.kept_files: dict[int, Attachment] = {}
        self.downloads: list[str] = []
        """Paths of attachments that were asked for."""
        """Files that came with commands and forms, and hang on no message."""

    # --- time and waiting ---

    def now(self) -> float:
        """Return the fake's time in seconds; `advance` moves it."""
        return time.time() + self._moved

    def advance(self, seconds: float) -> None:
        """Move the fake's clock on: tokens, signed addresses, nonces, rate limit buckets, quiet threads' archiving."""
        self._moved += seconds
        for thread in self.channels.values():
            spoken = [each.at for each in self.messages.values() if each.channel is thread]
            quiet = self.now() - max([thread.at, *spoken])
            if thread.is_thread and not thread.archived and quiet > thread.archive_after * 60:
                thread.archived = True
                self.emit_channel("THREAD_UPDATE", thread)

    def new_id(self, guild_shard: tuple[int, int] | None = None) -> int:
        """Return a snowflake later than every other; with (shard, of) one that belongs to this shard."""
        made = (int((self.now() - EPOCH) * 1000) << 22) | (next(self._ids) & 0x3FFFFF)
        if guild_shard is not None:
            shard, of = guild_shard
            while (made >> 22) % of != shard:
                made -= 1 << 22
        return made

    def changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    async def until(self, true: Callable[[], T | None], within: float = 60.0) -> T:
        """Wait until this returns something true, looked at after each change; TimeoutError tells what was said."""
        ends = time.monotonic() + within
        while not (got := true()):
            if time.monotonic() > ends:
                raise TimeoutError(f"not within {within:g} s; {self._told()}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._change.wait(), 0.05)
        return got

    async def quiet(self, seconds: float = 0.2) -> None:
        """Wait until nothing has happened here for this long."""
        while True:
            try:
                await asyncio.wait_for(self._change.wait(), seconds)
            except TimeoutError:
                return

    def _told(self) -> str:
        last = [f"{message.author.name}: {message.content[:80]!r}" for message in list(self.messages.values())[-4:]]
        calls = [f"{call.method} {call.route} {call.status} {call.code or ''}".strip() for call in self.calls[-6:]]
        return f"last messages {last}, last requests {calls}, offences {self.offences}"

    def offend(self, code: int, what: str, cite: str, where: str) -> None:
        self.offences.append(Offence(code, what, cite, where))
        self.changed()

    # --- events ---

    def live(self, shard: int | None = None) -> list[Session]:
        return [each for each in self.sessions.values() if each.connected and shard in (None, each.shard)]

    def emit(
        self, event: str, data: Json | Callable[[Session], Json | None], guild: int | None, *, intent: int = -1
    ) -> bool:
        """Dispatch to every session whose shard and intents want it; say whether a connected one got it.

        A session that is away gets it when it resumes. `data` may depend on the session; None is not for it.
        """
        delivered = False
        wanted = intent_of(event, direct=guild is None) if intent < 0 else intent
        for session in self.sessions.values():
            # docs/platforms.md#discord-shards: (guild_id >> 22) % shards; direct conversations come to shard 0.
            if ((guild or 0) >> 22) % session.count != session.shard or (wanted and not session.intents & wanted):
                continue
            payload = data(session) if callable(data) else data
            if payload is None:
                continue
            delivered |= self.dispatch(session, event, payload)
        self.changed()
        return delivered

    def dispatch(self, session: Session, event: str, payload: Json) -> bool:
        # Serialized at once: what it says must not change while it waits.
        frame = json.loads(json.dumps({"op": 0, "t": event, "s": len(session.events) + 1, "d": payload}))
        session.events.append(frame)
        if session.line is None:
            return False
        session.line.put_nowait(frame)
        return True

    def wire(self, message: Message) -> Json:
        return wire.message_json(message, self.application_id, self.cdn, self.secret, self.now())

    def emit_message(self, event: str, message: Message) -> None:
        """Dispatch a message where the bot can see it, without its content where the intents hide that."""
        channel = message.channel
        if message.ephemeral or not permissions.sees(self.bot, channel):
            return

        def payload(session: Session) -> Json:
            made = self.wire(message)
            if event == "MESSAGE_CREATE" and message.nonce is not None:
                # docs/platforms.md#discord-messages: it appears there and in no history.
                made["nonce"] = message.nonce
            if channel.guild is not None:
                made["guild_id"] = str(channel.guild.id)
                made["channel_type"] = channel.kind
                member = channel.guild.members.get(message.author.id)
                if member is not None:
                    made["member"] = wire.member_json(member, with_user=False)
            return self.redacted(message, made, bool(session.intents & PRIVILEGED["message_content"]))

        self.emit(event, payload, channel.guild.id if channel.guild else None)

    def redacted(self, message: Message, payload: Json, content_allowed: bool) -> Json:
        """Take out of a message what the app may not read without the message content intent."""
        if content_allowed:
            return payload
        first = message.reply_to
        if first is not None and payload.get("referenced_message") and not readable(first, self.bot):
            redact(payload["referenced_message"])
        if not readable(message, self.bot):
            redact(payload)
        return payload

    def emit_channel(self, event: str, channel: Channel, **more: Any) -> None:
        guild = channel.guild
        if guild is None or not guild.joined or (channel.is_thread and not permissions.sees(self.bot, channel)):
            return
        self.emit(event, wire.channel_json(channel, self.bot) | more, guild.id, intent=GUILDS)

    def emit_guild(self, guild: Guild) -> None:
        channels = [channel for channel in self.channels.values() if channel.guild is guild and not channel.deleted]
        self.emit("GUILD_CREATE", wire.guild_create_json(guild, channels, self.bot), guild.id)

    # --- lookups and changes that REST and people share ---

    def direct(self, user: User) -> Channel:
        """Return the direct conversation of this user with the bot, made when there is none."""
        for channel in self.channels.values():
            if channel.kind == 1 and set(channel.recipients) == {user, self.bot}:
                return channel
        return self.keep(Channel(self.new_id(), 1, recipients=[user, self.bot], at=self.now()))

    def keep(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def start_thread(
        self, parent: Channel, name: str, owner: User, *, message: Message | None = None, kind: int = 11, minutes: int
    ) -> Channel:
        """Make a thread, started from a message or not; a public thread has its message's id.

        docs/platforms.md#discord-threads
        """
        thread = self.keep(
            Channel(message.id if message else self.new_id(), kind, name, parent.guild, parent, owner=owner)
        )
        thread.at, thread.archive_after = self.now(), minutes
        thread.members |= {owner.id}
        self.emit_channel("THREAD_CREATE", thread, newly_created=True)
        if message is not None:
            message.thread = thread
            message.flags |= 1 << 5
            self.emit_message("MESSAGE_UPDATE", message)
        return thread

    def store(self, message: Message) -> None:
        """Add a new message: seen, dispatched, its pings remembered; a thread written to is no longer archived."""
        self.messages[message.id] = message
        channel = message.channel
        if not message.ephemeral:
            channel.last = message.id
        if channel.is_thread and not message.ephemeral:
            channel.members.add(message.author.id)
            if channel.archived:
                channel.archived = False
                self.emit_channel("THREAD_UPDATE", channel)
        if message.author is self.bot and message.pinged:
            self.pings.append(message)
        self.emit_message("MESSAGE_CREATE", message)
        self.changed()

    def remove(self, message: Message) -> None:
        message.deleted = True
        channel = message.channel
        gone: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        if channel.guild:
            gone["guild_id"] = str(channel.guild.id)
        if not message.ephemeral and permissions.sees(self.bot, channel):
            self.emit("MESSAGE_DELETE", gone, channel.guild.id if channel.guild else None)
        self.changed()

    def shared(self, user: User) -> bool:
        """Say whether the bot may write to this user at all: a common guild, or the app installed for them."""
        return user.installed or any(user.id in each.members and each.joined for each in self.guilds.values())
