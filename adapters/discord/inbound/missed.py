"""What was said while there was no session: fetched where we take part, or counted and said.

A connection that is resumed brings by itself what was missed. A new one does not: after a restart, what was written in
the meantime in our threads, to us in channels and in direct messages is read again from the last time at which all
that had come was stored. What comes twice is stored once.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord
from aiohttp import ClientError

from adapters.discord.inbound.messages import in_thread, name_of, roles_of, said
from adapters.discord.outbound.errors import FAILURES, cause, outcome
from bot.chat.events import Event
from bot.platform import metrics
from bot.platform.port import PlatformContext, RetryLater
from bot.store import keys
from bot.store.errors import StoreError

log = logging.getLogger("advisor.discord")

EVERY = 2.0
"""Seconds between two notes of the time up to which everything was taken."""
LONGEST = 3600.0
"""Seconds that are looked back on at most: nobody waits for an answer from before."""
SKEW = 5.0
"""Seconds that Discord's clock may be behind ours."""
PLACES, MESSAGES = 500, 2_000
"""Places that are read after one restart, and messages of each."""
APART, PAUSES = 0.03, (1.0, 3.0, 10.0, 30.0, 60.0)
"""Seconds between two places, so that the answers themselves find their way, and before places are tried again."""
PEOPLE = 500
"""People whose names and roles are held, so that they are asked for once."""

Place = discord.abc.Messageable
DIRECT = "@"
"""Begins the name under which it is noted when something was last said in direct messages."""


@dataclass
class Missed:
    """The gap before a session, for the shards of this process."""

    host: PlatformContext
    client: discord.AutoShardedClient
    take: Callable[[discord.Message, Event], None]
    idle: Callable[[], bool]
    """Tell whether nothing that came waits to be stored."""
    _caught_up: set[int] = field(default_factory=set[int])
    """Shards of which everything was taken up to now."""
    _paused: set[int] = field(default_factory=set[int])
    """Those that were so, and whose connection is lost: what is resumed comes first."""
    _begun: dict[int, float] = field(default_factory=dict[int, float])
    """When the newest session of each shard began."""
    _lost: dict[int, int] = field(default_factory=dict[int, int])
    """How often each shard lost its connection."""
    _read_to: dict[int, int] = field(default_factory=dict[int, int])
    """Up to which time the places were read since not all could be."""
    _members: "OrderedDict[tuple[int, int], discord.Member]" = field(
        default_factory=OrderedDict[tuple[int, int], "discord.Member"]
    )
    _direct: set[str] = field(default_factory=set[str])
    """Direct messages in which something was said lately: Discord does not list them after a restart."""

    def heard(self, message: discord.Message, event: Event) -> None:
        """Note where somebody speaks to us alone."""
        if event.private:
            self._direct.add(str(message.channel.id))

    async def catch_up(self, shard: int) -> None:
        """Read what was said before this shard's session began, and from then on note how far it has come."""
        self._caught_up.discard(shard)
        self._paused.discard(shard)
        began, lost = time.time(), self._lost.get(shard, 0)
        self._begun[shard] = began
        held = await self._noted_at_last()
        since = self._since(held, shard)
        if since is not None:
            after = discord.utils.time_snowflake(datetime.fromtimestamp(max(since, began - LONGEST) - SKEW, UTC))
            places = self._places(shard, after, held)
            unread = await self._read_all(places[:PLACES], after, lambda: self._begun.get(shard) == began)
            log.info("What was said in %.0f s without a session was read in %d places.", began - since, len(places))
            self._tell(unread + max(0, len(places) - PLACES), began - since)
        if self._begun.get(shard) != began:
            return  # a newer session reads on
        self._read_to.clear()
        (self._caught_up if self._lost.get(shard, 0) == lost else self._paused).add(shard)

    def lost(self, shard: int) -> None:
        """Note no further how far a shard has come, since its connection is gone."""
        self._lost[shard] = self._lost.get(shard, 0) + 1
        if shard in self._caught_up:
            self._caught_up.discard(shard)
            self._paused.add(shard)

    def resumed(self, shard: int) -> None:
        """Go on with it: what was missed has come."""
        if shard in self._paused:
            self._paused.discard(shard)
            self._caught_up.add(shard)

    async def keep(self) -> None:
        """Note how far each shard has come, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            if self._caught_up and self.idle():
                try:
                    await self._note()
                except StoreError as error:
                    log.debug("How far Discord's events were taken is not noted. %s", error)

    def _heard(self, shard: int) -> float | None:
        """Return when Discord last answered a shard; None where it is not connected."""
        found: Any = self.client.shards.get(shard)
        socket = found._parent.ws if found is not None else None
        if socket is None or not socket.open or socket._keep_alive is None:
            return None
        return time.time() - max(0.0, time.perf_counter() - socket._keep_alive._last_ack)

    def _places(self, shard: int, after: int, held: Mapping[str, str]) -> list[Place]:
        """Return where something was said since, or may have been: where it is new to us first, then the newest."""
        direct = [each for each in held if each.startswith(DIRECT)] if shard == 0 else []
        direct.sort(key=lambda each: held[each], reverse=True)
        guilds = [guild for guild in self.client.guilds if guild.shard_id == shard]
        channels = [each for guild in guilds for each in guild.text_channels]
        threads = [each for guild in guilds for each in guild.threads if each.me is not None or each.id > after]
        said = [each for each in channels if (each.last_message_id or 0) > self._unread(each.id, after)]
        said += sorted(
            (each for each in threads if (each.last_message_id or 0) > self._unread(each.id, after)),
            key=lambda each: each.last_message_id or 0,
            reverse=True,
        )
        return [*(self.client.get_partial_messageable(int(each.removeprefix(DIRECT))) for each in direct), *said]

    def _unread(self, place: int, after: int) -> int:
        """Return after which message a place is to be read: a session that ended early has read some places."""
        return max(after, self._read_to.get(place, 0))

    async def _read_all(self, places: Sequence[Place], after: int, goes_on: Callable[[], bool]) -> int:
        """Read places, those that cannot be read at the moment again later; return how many were not read."""
        unread, tries = 0, 0
        while places and goes_on():
            later: list[Place] = []
            for place in places:
                read = await self._read(place, after)
                unread += read is False
                later += [place] if read is None else []
                await asyncio.sleep(APART)
            if tries == len(PAUSES):
                return unread + len(later)
            if later:
                await asyncio.sleep(PAUSES[tries])
            places, tries = later, tries + 1
        return unread

    async def _read(self, place: Place, after: int) -> bool | None:
        """Take what was said to us in a place; False where it cannot be read, or not to its end, None where not now."""
        count, began = 0, discord.utils.time_snowflake(datetime.fromtimestamp(time.time() - SKEW, UTC))
        name = int(getattr(place, "id", 0))
        after = self._unread(name, after)
        try:
            channel: Any = place
            if isinstance(place, discord.PartialMessageable):
                channel = await self.client.fetch_channel(place.id)
            async for message in channel.history(limit=MESSAGES, after=discord.Object(after), oldest_first=True):
                count += 1
                me = self.client.user
                event = said(message, me.id) if me is not None else None
                # In a channel only what is said to us opens a conversation; a thread has one.
                if event is not None and (event.addressed == "us" or in_thread(message.channel)):
                    self.take(message, await self._known(message, event))
        except FAILURES as error:
            log.info("What was said meanwhile cannot be read in a place (%s).", cause(error))
            return None if isinstance(outcome(error), RetryLater) else False
        if count < MESSAGES:
            self._read_to[name] = began
        return count < MESSAGES

    async def _known(self, message: discord.Message, event: Event) -> Event:
        """Return an event with the author's name and roles there, which history does not tell."""
        if message.guild is None or isinstance(message.author, discord.Member):
            return event
        name = (message.guild.id, message.author.id)
        member = self._members.get(name)
        try:
            member = member or await message.guild.fetch_member(message.author.id)
        except (discord.DiscordException, ClientError, TimeoutError):
            return event
        self._members[name] = member
        while len(self._members) > PEOPLE:
            self._members.popitem(last=False)
        return event.model_copy(update={"name": name_of(member), "roles": roles_of(member)})

    def _tell(self, unread: int, seconds: float) -> None:
        if unread:
            log.warning("After %.0f s without a connection, %d places could not be read to the end.", seconds, unread)
            metrics.EVENTS.labels("missed").inc(unread)
        if seconds > LONGEST:
            log.warning("What was said on Discord more than %.0f minutes ago was not read.", LONGEST / 60)

    def _since(self, held: Mapping[str, str], shard: int) -> float | None:
        """Return up to when everything was taken; where the shards are others now, up to when by all."""
        shards = {name: float(at) for name, at in held.items() if not name.startswith(DIRECT)}
        return shards.get(self._field(shard), min(shards.values(), default=None))

    async def _noted_at_last(self) -> dict[str, str]:
        """Return what is noted, as soon as the store tells."""
        while True:
            try:
                return await self._noted()
            except StoreError as error:
                log.info("How far Discord's events were taken is not known yet. %s", error)
                await asyncio.sleep(EVERY)

    async def _noted(self) -> dict[str, str]:
        held: Any = await self.host.store.connection.call("HGETALL", self._key())
        pairs = held.items() if hasattr(held, "items") else zip(held[::2], held[1::2], strict=True)
        noted = {str(name): str(at) for name, at in pairs}
        old = time.time() - self.host.store.keep / 1000
        gone = [name for name, at in noted.items() if name.startswith(DIRECT) and float(at) < old]
        if gone:
            await self.host.store.connection.call("HDEL", self._key(), *gone)
        return {name: at for name, at in noted.items() if name not in gone}

    async def _note(self) -> None:
        heard = {self._field(shard): self._heard(shard) for shard in self._caught_up}
        direct, self._direct = self._direct, set()
        noted = {name: at for name, at in heard.items() if at is not None} | {
            f"{DIRECT}{c}": time.time() for c in direct
        }
        if noted:
            pairs = [text for name, at in noted.items() for text in (name, f"{at:.3f}")]
            await self.host.store.connection.call("HSET", self._key(), *pairs)

    def _key(self) -> str:
        name = f"discord:{self.client.application_id}"
        return keys.key(keys.partition(name), "heard", name)

    def _field(self, shard: int) -> str:
        return f"{shard}/{self.client.shard_count or 1}"
