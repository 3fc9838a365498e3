"""The gateway: sockets of some or all shards, over which Discord brings what happens."""

import asyncio
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import discord
import yarl
from aiohttp import TraceConfig
from discord.gateway import DiscordWebSocket

from adapters.discord import ids
from adapters.discord.inbound.arrivals import Arrivals
from adapters.discord.inbound.messages import deleted, edited, in_thread, removed, root_of, said
from adapters.discord.outbound.errors import cause
from bot.chat.events import Event
from bot.platform.port import StartupError
from bot.settings import Settings

log = logging.getLogger("advisor.discord")

FEW = 4
"""Messages that are taken in one round of the event loop."""
REST = 0.005
"""Seconds between two of these rounds while somebody waits for an acknowledgement, which Discord wants in three."""
REPLIES = 5_000
"""Replies in channels whose conversation is remembered, by their ids alone: a deletion does not tell it."""
_SHARDS = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?/(\d{1,5})")

# The library writes traces; what matters of them is in our own lines.
logging.getLogger("discord").setLevel(logging.CRITICAL)


_SESSION = frozenset({"READY", "RESUMED"})
"""Events without which there is no connection."""
_WRITTEN = frozenset({"MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK"})
"""Events that wait for their turn: the library takes them apart one after the other, and all else after them."""


class Gateway(discord.AutoShardedClient):
    """discord.py's client without caches; `take` gets what people write, `use` what they use."""

    def __init__(
        self,
        settings: Settings,
        take: Callable[[Event], None],
        use: Callable[[discord.Interaction], Coroutine[Any, Any, None]],
        pace: TraceConfig,
    ):
        some = shards(settings.discord_shards)
        super().__init__(
            intents=discord.Intents(
                guilds=True,
                guild_messages=True,
                dm_messages=True,
                message_content=settings.discord_message_content,
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            http_trace=pace,
        )
        if some is not None:
            self.shard_ids, self.shard_count = list(some[0]), some[1]
        self._came = Arrivals()
        self._using = 0
        """How many wait for an acknowledgement."""
        parsers = self._connection.parsers
        parsers |= {event: _passed_over(event, parse) for event, parse in parsers.items() if event not in _SESSION}
        parsers |= {event: _passed_over(event, partial(self._written, parsers[event])) for event in _WRITTEN}
        self._settings, self._take, self._use = settings, take, use
        self._roots: OrderedDict[int, str] = OrderedDict()
        self.begun: Callable[[int], Coroutine[Any, Any, None]] | None = None
        """Called with the number of a shard whose new session is there; one that is resumed has missed nothing."""
        self.lost: Callable[[int], None] | None = None
        """Called where a shard has lost its connection; `resumed`, where it goes on."""
        self.resumed: Callable[[int], None] | None = None
        self.listener: Callable[[discord.Message, Event], None] | None = None
        """Told of each message that is taken."""

    async def find(self) -> None:
        """Ask where the gateway is and how many shards it wants; after `login`, before `connect`."""
        count, url, _ = await self.http.get_bot_gateway()
        # For the whole process, as the library has it: also a shard that connects anew goes there.
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._settings.discord_gateway_url or url)
        self.shard_count = self.shard_count or count

    @property
    def idle(self) -> bool:
        """True where all that people wrote is taken."""
        return self._came.empty

    async def hear(self) -> None:
        """Take what people write, until cancelled."""
        while True:
            for _ in range(FEW):
                await self._came.take()
            await asyncio.sleep(REST if self._using else 0)

    async def hear_all(self) -> None:
        """Take at once all that has come."""
        self._came.take_all()
        await asyncio.sleep(0)  # the library calls us in a task of its own

    def _written(self, parse: Callable[[Any], None], data: Any) -> None:
        self._came.put(int(data["channel_id"]), partial(parse, data))

    async def on_message(self, message: discord.Message) -> None:
        event = said(message, self._me())
        if event is not None:
            self.heard(message, event)

    def heard(self, message: discord.Message, event: Event) -> None:
        """Take a message, whichever way it came."""
        self._remember(message, event)
        if self.listener is not None:
            self.listener(message, event)
        self._take(event)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        event = edited(payload.message, self._me(), sees_all=self._settings.discord_message_content)
        if event is not None:
            self._take(event)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        self._gone(payload.guild_id, payload.channel_id, payload.message_id)

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        for message in sorted(payload.message_ids):
            self._gone(payload.guild_id, payload.channel_id, message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self._using += 1
        try:
            await self._use(interaction)
        finally:
            self._using -= 1

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self._take(removed(guild.id))

    async def on_shard_connect(self, shard_id: int) -> None:
        log.info("Connected to Discord, shard %d.", shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        if self.begun is not None:
            await self.begun(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        if self.resumed is not None:
            self.resumed(shard_id)
        log.info("The connection to Discord goes on where it was, shard %d.", shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        if self.lost is not None:
            self.lost(shard_id)
        log.info("The connection to Discord is lost; opening it again, shard %d.", shard_id)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        import sys

        error = sys.exc_info()[1]
        why = cause(error) if isinstance(error, Exception) else "unknown"
        log.error("An event of Discord could not be taken (%s, %s). (Reference %s.)", event_method, why, _reference())

    def _me(self) -> int:
        return self.user.id if self.user is not None else 0

    def _remember(self, message: discord.Message, event: Event) -> None:
        if not in_thread(message.channel) and root_of(message, self._me()):
            self._roots[message.id] = event.conversation
            while len(self._roots) > REPLIES:
                self._roots.popitem(last=False)

    def _gone(self, guild: int | None, channel: int, message: int) -> None:
        conversation = self._roots.pop(message, None)
        home = channel
        if guild is None:
            conversation = ids.conversation(ids.Place(ids.DIRECT, str(channel)))
        elif conversation is None:
            found = self.get_channel(channel)
            thread = found is None or in_thread(found)
            home = found.parent_id if isinstance(found, discord.Thread) else channel
            conversation = ids.conversation(ids.Place(str(guild), str(channel if thread else message)))
        self._take(deleted(guild, home, message, conversation))


def _passed_over(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Let the library pass over what it cannot take apart: its connection would end, and all that comes with it."""

    def taken(data: Any) -> None:
        try:
            parse(data)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            why = type(error).__name__
            log.error("An event of Discord has not its form (%s, %s). (Reference %s.)", event, why, _reference())

    return taken


def shards(said: str | None) -> tuple[range, int] | None:
    """Read DISCORD_SHARDS, such as `0-3/8`: these of so many; None for all. StartupError where it is no such thing."""
    if not said:
        return None
    found = _SHARDS.fullmatch(said.replace(" ", ""))
    first, last, count = (int(found[1]), int(found[2] or found[1]), int(found[3])) if found else (1, 0, 0)
    if not first <= last < count:
        raise StartupError("DISCORD_SHARDS names the shards of this process and how many there are, such as 0-3/8.")
    return range(first, last + 1), count


def _reference() -> str:
    return secrets.token_hex(3)
