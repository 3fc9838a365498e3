"""Discord, as the service sees it."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import discord
from aiohttp import ClientError, web

from adapters.discord import ids
from adapters.discord.inbound import pulse
from adapters.discord.inbound.buffer import Buffer
from adapters.discord.inbound.command_sync import refusal, sync, sync_changed
from adapters.discord.inbound.enrich import Bringing
from adapters.discord.inbound.gateway import Gateway, shards
from adapters.discord.inbound.interactions import AT_ONCE, Interactions
from adapters.discord.inbound.missed import Missed
from adapters.discord.inbound.responses import Answers, rendered
from adapters.discord.outbound.deliver import deliver, face
from adapters.discord.outbound.errors import FAILURES, cause
from adapters.discord.permissions import MANAGE_GUILD, in_guild
from adapters.discord.render.messages import Message, messages
from adapters.discord.reply_address import unpacked
from adapters.discord.rest import Rest, open_rest
from bot.chat.events import Answered, Event, Pasted, Pressed, Said
from bot.chat.reply import Part
from bot.platform.background import Tasks
from bot.platform.port import Accept, Delivered, Delivery, PlatformContext, Rejected, RetryLater, StartupError
from bot.platform.refusal import without_store
from bot.settings import Settings
from bot.store.errors import StoreError

log = logging.getLogger("advisor.discord")

DRAIN = 3.0
"""Seconds that what runs behind has at the end, and what waits for the store."""
LOGIN = 20.0
"""Seconds for the first calls to Discord."""
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between tries to reach Discord at the start; the last is repeated."""
UNKNOWN_MEMBER = 10007
"""What Discord says of somebody who is not in a server."""
CLOSED = {
    4004: "DISCORD_BOT_TOKEN is no valid token: copy it from the Bot page of the app in Discord's developer portal.",
    4010: "Discord does not know the shards that DISCORD_SHARDS names.",
    4011: "Discord wants more shards: raise the number behind the slash in DISCORD_SHARDS, or leave it out.",
    4014: (
        "Discord does not let this app read all messages: switch Message Content Intent on under Bot in its developer "
        "portal, or set DISCORD_MESSAGE_CONTENT=0."
    ),
}


class Discord:
    """One Discord app, on all servers that installed it and for all people who did."""

    name = ids.PLATFORM

    def __init__(self, host: PlatformContext, rest: Rest):
        self._host, self._rest = host, rest
        self._tasks = Tasks(log, cause)
        self._bringing = Bringing(host, rest)
        self._gateway: Gateway | None = None

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Return nothing: Discord is called, and does not call us."""
        return ()

    async def run(self, accept: Accept, stop: asyncio.Event) -> None:
        """Take events in until `stop`; StartupError where Discord lets this app in no more."""
        buffer = Buffer(accept, self._host.store.connection, self._at_once)
        interactions = Interactions(self._host, accept, Answers(self._rest), self._tasks)
        storing = asyncio.create_task(buffer.run())
        tries = 0
        try:
            while not stop.is_set():
                if await self._connected(buffer, interactions, stop):
                    tries = 0
                await _waited(stop, PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1
        finally:
            await buffer.drain(DRAIN)
            storing.cancel()
            await asyncio.gather(storing, return_exceptions=True)
            await self._tasks.drain(DRAIN)

    async def enrich(self, event: Event) -> Sequence[Event]:
        """Return an event with its files, and with what was said before in its thread."""
        self._show_typing(event)
        return await self._bringing.enrich(event)

    async def is_admin(self, event: Event) -> bool:
        """Tell whether the author may manage the server; nobody manages direct messages."""
        guild, user = ids.place(event.conversation).guild, ids.user_of(event.author)
        if guild == ids.DIRECT:
            return False
        try:
            held, member = await asyncio.gather(
                self._rest.call("GET", "/guilds/{guild_id}", guild_id=guild),
                self._rest.call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=user),
            )
        except FAILURES as error:
            log.warning("Whether somebody manages a server is not known (%s).", cause(error))
            return False
        return bool(in_guild(held, member) & MANAGE_GUILD)

    async def is_outsider(self, event: Event) -> bool:
        """Tell whether the author has left the server; who uses it there is one of its members."""
        via = unpacked(event.via)
        if via is None or not via.beyond:
            return False
        guild, user = ids.place(event.conversation).guild, ids.user_of(event.author)
        try:
            await self._rest.call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=guild, user_id=user)
        except discord.NotFound as error:
            return error.code == UNKNOWN_MEMBER
        except FAILURES as error:
            log.warning("Whether somebody is still in a server is not known (%s).", cause(error))
        return False

    async def deliver(self, delivery: Delivery) -> Delivered | RetryLater | Rejected:
        """Bring one reply to its thread, or to the one person it is for."""
        return await deliver(delivery, self._rest, self._host)

    def age(self) -> float | None:
        """Return for how many seconds Discord has said nothing; None where a shard is not connected."""
        return pulse.age(self._gateway) if self._gateway is not None else None

    async def aclose(self) -> None:
        """Finish what runs behind."""
        await self._tasks.drain(DRAIN)

    async def _connected(self, buffer: Buffer, interactions: Interactions, stop: asyncio.Event) -> bool:
        """Hold the connection until `stop`, or until it ends; False where there was none. StartupError where another
        try is of no use."""
        gateway = Gateway(self._host.settings, buffer.put, interactions.on, self._rest.pace)
        missed = Missed(self._host, gateway, gateway.heard, lambda: gateway.idle and buffer.empty)
        gateway.begun, gateway.listener = missed.catch_up, missed.heard
        gateway.lost, gateway.resumed = missed.lost, missed.resumed
        behind = [asyncio.create_task(each) for each in (gateway.hear(), missed.keep(), pulse.watch(gateway))]
        try:
            async with asyncio.timeout(LOGIN):
                await gateway.login(_token(self._host.settings))
                await gateway.find()
            self._tasks.start(sync_changed(self._rest, self._host.store.connection), "Telling Discord our commands")
            self._gateway = gateway
            await _unless(gateway.connect(), stop)
        except discord.LoginFailure:
            raise StartupError(CLOSED[4004]) from None
        except (discord.DiscordException, ClientError, OSError, TimeoutError) as error:
            code = 4014 if isinstance(error, discord.PrivilegedIntentsRequired) else getattr(error, "code", None)
            if code in CLOSED:
                raise StartupError(CLOSED[code]) from None
            why = cause(error)
            log.warning("There is no connection to Discord (%s); trying again. (Reference %s.)", why, _reference())
        finally:
            connected, self._gateway = self._gateway is not None, None
            for each in behind:
                each.cancel()
            await asyncio.gather(*behind, return_exceptions=True)
            await gateway.close()
            await gateway.hear_all()
        return connected

    def _at_once(self, event: Event, error: StoreError) -> bool:
        """Answer what needs no store, or what one that is full will not take; False for all else."""
        parts = without_store(self._host.knowledge, event, error, "discord")
        if parts is None:
            return False
        self._tasks.start(self._say(event, parts), "Answering without the store")
        return True

    async def _say(self, event: Event, parts: Sequence[Part]) -> None:
        """Answer where somebody spoke; no thread is opened for it."""
        place, via = ids.place(event.conversation), unpacked(event.via)
        channel = via.parent if via is not None and via.parent else place.channel
        reply = {"message_reference": {"message_id": event.message, "fail_if_not_exists": False}}
        for message in messages(parts, face(self._host, event.conversation, AT_ONCE, None)):
            if isinstance(message, Message):
                body = {**rendered(message, private=False), **reply}
                await self._rest.call("POST", "/channels/{channel_id}/messages", json=body, channel_id=channel)

    def _show_typing(self, event: Event) -> None:
        """Show that an answer is coming, where no interaction shows it already."""
        via = unpacked(event.via)
        waits = event.addressed == "us" and isinstance(event.body, Said | Pasted | Answered | Pressed)
        place = ids.place(event.conversation) if waits else None
        if self._rest.busy:
            return
        if place is not None and place.person is None and via is not None and not via.waiting and not via.user_only:
            call = self._rest.call("POST", "/channels/{channel_id}/typing", channel_id=via.parent or place.channel)
            self._tasks.start(call, "Showing that an answer is coming")


@asynccontextmanager
async def open_discord(host: PlatformContext) -> AsyncGenerator[Discord]:
    """Open Discord, and close it at the end; StartupError where the settings do not do."""
    check(host.settings)
    async with open_rest(host.settings, None if host.alone else host.store.connection) as rest:
        platform = Discord(host, rest)
        try:
            yield platform
        finally:
            await platform.aclose()


def check(settings: Settings) -> None:
    """Raise StartupError where these settings make no Discord app."""
    if len(_token(settings).split(".")) != 3:
        raise StartupError(CLOSED[4004].replace("no valid token", "no token of a bot"))
    shards(settings.discord_shards)


async def sync_commands(settings: Settings) -> str:
    """Tell Discord of the commands, and return in a sentence what came of it; StartupError where it did not."""
    check(settings)
    async with open_rest(settings) as rest:
        try:
            application = await sync(rest)
        except FAILURES as error:
            raise StartupError(refusal(error)) from None
    return f"Discord knows the commands of application {application} now: /finetune and the menu of a message."


async def _unless(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Do something until it ends, or `stop` does; its error is raised."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        stopped.cancel()
        await asyncio.gather(working, stopped, return_exceptions=True)


async def _waited(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        pass


def _reference() -> str:
    return secrets.token_hex(3)


def _token(settings: Settings) -> str:
    return settings.discord_bot_token.get_secret_value().strip() if settings.discord_bot_token else ""
