"""A strict Discord on loopback: REST and gateway over real sockets, and people who use it.

    async with FakeDiscord() as discord_:
        acme = discord_.guild("Acme")
        ana = discord_.user("ana", acme)
        general = discord_.channel(acme, "general")
        with discord_.pointed():                      # the library's addresses, put back at the end
            running = asyncio.create_task(client.start(discord_.token))
            await discord_.ready()
            discord_.say(ana, general, f"{discord_.bot.mention} should we finetune?")
            answer = await discord_.until(lambda: discord_.last(general, by=discord_.bot))
            assert "..." in text_of(answer)
        discord_.assert_no_offences()

Everything that a person does (`say`, `press`, `command` …) takes effect at once and is not awaited; what the bot
makes of it is awaited with `until` and `answered`. A person who is told to do what Discord's client does not offer (a
button that is not there, a command that is not registered, a message that they cannot see) raises `Impossible`.
"""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Self, cast
from urllib.parse import unquote

import discord
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fakes.discord import answers, channels, gateway, rest, routes, schema, wire
from tests.fakes.discord.components import controls_of, labels_of, text_of
from tests.fakes.discord.core import Trouble
from tests.fakes.discord.using import Using
from tests.fakes.discord.world import (
    Ack,
    Attachment,
    Call,
    Channel,
    Guild,
    Impossible,
    Interaction,
    Message,
    Modal,
    Offence,
    Role,
    Upload,
    User,
)

__all__ = [
    "Ack",
    "Attachment",
    "Call",
    "Channel",
    "FakeDiscord",
    "Guild",
    "Impossible",
    "Interaction",
    "Message",
    "Modal",
    "Offence",
    "Role",
    "Upload",
    "User",
    "controls_of",
    "labels_of",
    "text_of",
]

_HANDLERS = (answers, channels, routes)  # imported for the routes that they register


class FakeDiscord(Using):
    """Discord with one application.

    `privileged` names what its portal page switches on ("message_content", "members", "presences"); `permissions` is
    what the bot's role grants where it is installed (to take one away in a channel: `overwrite(channel, bot, deny=…)`);
    `heartbeat` is in seconds. `max_concurrency` is how many shards may identify at once.

    What is made: `user`, `guild`, `role`, `join`, `channel`, `overwrite`, `dm`, `private_channel`, `thread`, `install`.
    What people do: `say`, `post`, `edit`, `delete`, `command`, `autocomplete`, `context_menu`, `press`, `select`,
    `submit`, `archive`, `lock`, `delete_channel`, `close_dms`, `remove_from_guild`, `leave`.
    What is seen: `seen`, `last`, `threads`, and the lists `calls`, `acks`, `modals`, `interactions`, `pings`,
    `offences`, `commands` (None: global, else by guild id), `sessions`.
    Waiting: `ready`, `until`, `answered`, `quiet`, `advance`.
    """

    async def __aenter__(self) -> Self:
        self.loop = asyncio.get_running_loop()
        app = web.Application(client_max_size=200 * 2**20)

        async def on_rest(request: web.Request) -> web.StreamResponse:
            return await rest.serve(self, request)

        async def on_gateway(request: web.Request) -> web.StreamResponse:
            return await gateway.serve(self, request)

        app.router.add_get("/gw/", on_gateway)
        app.router.add_get("/resume/", on_gateway)
        app.router.add_get("/cdn/attachments/{channel}/{id}/{name}", self._download)
        app.router.add_route("*", "/api/v10/{path:.*}", on_rest)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url, self.gateway_url = f"http://{host}:{port}", f"ws://{host}:{port}/gw/"
        self.api, self.cdn = f"{self.url}/api/v10", f"{self.url}/cdn"
        self.running = True
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running = False
        self.close(1001)
        await self._runner.cleanup()

    async def _download(self, request: web.Request) -> web.Response:
        """Serve an attachment to who has an address whose signature is right and not too old.

        docs/platforms.md#discord-messages
        """
        self.downloads.append(request.path)
        id = int(request.match_info["id"])
        found = next((each for each in self._attachments() if each.id == id), None)
        try:
            ends = int(request.query["ex"], 16)
        except (KeyError, ValueError):
            ends = 0
        signed = request.query.get("hm") == wire.signature(self.secret, id, ends)
        if found is None or found.name != unquote(request.match_info["name"]) or not signed or ends < self.now():
            return web.Response(text="This content is no longer available.", status=404)
        return web.Response(body=found.data, headers={"Content-Type": found.content_type or "application/octet-stream"})

    def _attachments(self) -> list[Attachment]:
        sent = [each for message in self.messages.values() if not message.deleted for each in message.attachments]
        return [*sent, *self.kept_files.values()]

    def url_of(self, attachment: Attachment) -> str:
        """Return a freshly signed address of an attachment."""
        return str(wire.attachment_json(attachment, self.cdn, self.secret, self.now())["url"])

    async def ready(self, shards: int | None = None) -> None:
        """Wait until so many shards (by default all) have a connected session that got READY and its guilds."""
        wanted = self.shards if shards is None else shards
        await self.until(lambda: len({each.shard for each in self.live() if each.ready}) >= wanted)

    def limit(
        self,
        method: str,
        path: str,
        *,
        times: int = 1,
        retry_after: float = 0.2,
        everywhere: bool = False,
        via: bool = True,
    ) -> None:
        """Answer 429 so often; `everywhere` makes it the global limit, via=False the ban of the network in front."""
        self.troubles.append(Trouble(method, path, times, 429, retry_after, everywhere, via))

    def bucket(self, method: str, path: str, limit: int, per: float) -> None:
        """Set the size of a route's rate limit bucket (by default 50 a second); drawing on an empty one offends."""
        self.buckets[method, path] = (limit, per)

    def fail(self, method: str, path: str, *, status: int = 502, times: int = 1) -> None:
        """Answer so often with this status, nothing done."""
        self.troubles.append(Trouble(method, path, times, status))

    def drop(self, method: str, path: str, *, times: int = 1) -> None:
        """Do what is asked, then close the connection without an answer."""
        self.troubles.append(Trouble(method, path, times, dropped=True))

    def close(self, code: int = 4000, shard: int | None = None) -> None:
        """Close the gateway sockets (of one shard) with this code; a session outlives it unless the code ends it."""
        for session in self.live(shard):
            assert session.line is not None
            session.line.put_nowait(code)
            session.line = None
            if code in gateway.ENDING:
                del self.sessions[session.id]

    def reconnect(self, shard: int | None = None) -> None:
        """Ask the client to reconnect and resume (op 7)."""
        self._tell(shard, {"op": 7, "t": None, "s": None, "d": None})

    def invalidate(self, resumable: bool = False, shard: int | None = None) -> None:
        """Invalidate the session (op 9); one that is not resumable is forgotten."""
        told = self.live(shard)
        self._tell(shard, {"op": 9, "t": None, "s": None, "d": resumable})
        for session in () if resumable else told:
            del self.sessions[session.id]

    def _tell(self, shard: int | None, frame: dict[str, Any]) -> None:
        for session in self.live(shard):
            assert session.line is not None
            session.line.put_nowait(frame)

    def forget_sessions(self) -> None:
        """Let the next RESUME be answered with an invalid session."""
        self.sessions = {id: each for id, each in self.sessions.items() if each.connected}
        for session in list(self.sessions.values()):
            session.forgotten = True

    def silence(self, silent: bool = True) -> None:
        """Stop (or take up again) acknowledging heartbeats."""
        self.silent = silent

    def deafen(self) -> None:
        """Let nothing come or go over the connections that there are, without closing them."""
        self.deaf.update(each.line for each in self.live() if each.line is not None)

    @property
    def validating(self) -> str | None:
        """None where request bodies are checked against Discord's schema, else the reason why they are not."""
        return schema.unavailable()

    @contextmanager
    def expecting(self, code: int) -> Generator[list[Offence]]:
        """Expect at least one offence with this code inside, and take those off the list."""
        before = list(self.offences)
        found: list[Offence] = []
        yield found
        found += [each for each in self.offences if each not in before and each.code == code]
        assert found, f"no offence {code} was committed"
        self.offences[:] = [each for each in self.offences if each not in found]

    def assert_no_offences(self) -> None:
        """Fail with every request that broke the schema, a documented limit or a deadline."""
        assert not self.offences, "\n".join(
            f"{each.code} {each.what} ({each.cite}) at {each.where}" for each in self.offences
        )

    @contextmanager
    def pointed(self) -> Generator[None]:
        """Point discord.py here (docs/platforms.md#discord-library) and put its own addresses back."""
        asset = cast(Any, discord.Asset)
        before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, asset.BASE
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, asset.BASE = self.api, yarl.URL(self.gateway_url), self.cdn
        try:
            yield
        finally:
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, asset.BASE = before
