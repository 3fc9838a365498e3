"""The gateway: sockets, sessions, heartbeats, resuming (https://discord.com/developers/docs/events/gateway)."""

import asyncio
import contextlib
import json
import secrets
from typing import Any, cast

from aiohttp import WSCloseCode, WSMsgType, web

from tests.fakes.discord import wire
from tests.fakes.discord.core import Core, Session
from tests.fakes.discord.intents import GUILDS, KNOWN, MEMBERS, MESSAGE_CONTENT, PORTAL_FLAGS, PRESENCES
from tests.fakes.discord.world import Json

SEND_LIMIT, SEND_PERIOD, LARGEST = 120, 60.0, 4096
IDENTIFY_PERIOD = 5.0
ENDING = (1000, 1001, 4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014)
"""Closing codes after which a session cannot be resumed."""


class Closed(Exception):
    """Close the socket with this code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


def portal_flags(core: Core) -> int:
    return sum(PORTAL_FLAGS[intent] for intent in core.privileged)


async def serve(core: Core, request: web.Request) -> web.WebSocketResponse:
    """Hold one connection until either side closes it."""
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    line: asyncio.Queue[Json | int] = asyncio.Queue()
    writer = asyncio.create_task(_write(core, socket, line))
    line.put_nowait({"op": 10, "t": None, "s": None, "d": {"heartbeat_interval": int(core.heartbeat * 1000)}})
    if request.query.get("v") not in ("9", "10"):
        line.put_nowait(4012)  # https://discord.com/developers/docs/topics/opcodes-and-status-codes: invalid version
    connection = _Connection(core, line)
    try:
        async for frame in socket:
            if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            if line in core.deaf:
                continue
            try:
                connection.take(frame.data)
            except Closed as closed:
                connection.closing(closed.code)
                line.put_nowait(closed.code)
    finally:
        connection.gone(socket.close_code)
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer
    return socket


async def _write(core: Core, socket: web.WebSocketResponse, line: asyncio.Queue[Json | int]) -> None:
    while True:
        frame = await line.get()
        if line in core.deaf:
            continue
        try:
            if isinstance(frame, int):
                await socket.close(code=frame)
                return
            await socket.send_str(json.dumps(frame))
        except ConnectionError:
            return


class _Connection:
    """One socket's side of the protocol."""

    def __init__(self, core: Core, line: asyncio.Queue[Json | int]) -> None:
        self.core, self.line = core, line
        self.session: Session | None = None
        self.sent: list[float] = []

    def say(self, op: int, data: Any = None) -> None:
        self.line.put_nowait({"op": op, "t": None, "s": None, "d": data})

    def take(self, raw: str | bytes) -> None:
        """Act on one frame of the client."""
        core, now = self.core, self.core.now()
        self.sent = [at for at in self.sent if now - at < SEND_PERIOD] + [now]
        if len(self.sent) > SEND_LIMIT:  # docs/platforms.md#discord-rate-limits
            core.offend(
                4008, "more than 120 gateway events in 60 s", "docs/platforms.md#discord-rate-limits", "gateway"
            )
            raise Closed(4008, "rate limited")
        if len(raw) > LARGEST:  # docs/platforms.md#discord-rate-limits
            core.offend(
                4002, "a gateway event larger than 4096 bytes", "docs/platforms.md#discord-rate-limits", "gateway"
            )
            raise Closed(4002, "decode error")
        try:
            frame = json.loads(raw)
            op, data = int(frame["op"]), cast(Json, frame.get("d"))
        except (ValueError, KeyError, TypeError):
            raise Closed(4002, "decode error") from None
        if op in (2, 6, 8) and not isinstance(frame.get("d"), dict):
            raise Closed(4002, "decode error")
        if op == 1:
            # Also before the interval ends: https://docs.discord.com/developers/events/gateway#heartbeat-interval
            core.heartbeats += 1
            core.changed()
            if not core.silent:
                self.say(11)
        elif op == 2:
            self.identify(data)
        elif op == 6:
            self.resume(data)
        elif op not in (3, 4, 8):
            raise Closed(4001, "unknown opcode")
        elif self.session is None:
            raise Closed(4003, "not authenticated")
        elif op == 8:
            self.members(self.session, data)

    def identify(self, data: Json) -> None:
        core = self.core
        if self.session is not None:
            raise Closed(4005, "already authenticated")
        if not isinstance(data.get("properties"), dict):
            raise Closed(4002, "identify without properties")
        if data.get("token") != core.token:
            raise Closed(4004, "authentication failed")
        shard, count = self._shard(data.get("shard"))
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN:
            raise Closed(4013, "invalid intents")
        # docs/platforms.md#discord-intents: an intent that the portal page has not switched on.
        if intents & (MEMBERS | PRESENCES | MESSAGE_CONTENT) & ~sum(core.privileged):
            raise Closed(4014, "disallowed intents")
        if self._too_fast(shard):
            self.say(9, False)
            return
        session = Session(secrets.token_hex(16), shard, count, intents, line=self.line)
        core.sessions[session.id] = self.session = session
        guilds = [each for each in core.guilds.values() if each.joined and (each.id >> 22) % count == shard]
        core.dispatch(
            session,
            "READY",
            {
                "v": 10,
                "user": wire.user_json(core.bot),
                "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
                "session_id": session.id,
                "resume_gateway_url": core.gateway_url.replace("/gw/", "/resume/"),
                "shard": [shard, count],
                "application": {"id": str(core.application_id), "flags": portal_flags(core)},
                "private_channels": [],
            },
        )
        for guild in guilds if intents & GUILDS else ():
            own = [each for each in core.channels.values() if each.guild is guild and not each.deleted]
            core.dispatch(session, "GUILD_CREATE", wire.guild_create_json(guild, own, core.bot))
        session.ready = True
        core.changed()

    def _shard(self, given: Any) -> tuple[int, int]:
        if given is None:
            return 0, 1
        try:
            shard, count = given
        except (TypeError, ValueError):
            raise Closed(4010, "invalid shard") from None
        if not 0 <= shard < count:
            raise Closed(4010, "invalid shard")
        return shard, count

    def _too_fast(self, shard: int) -> bool:
        """Say whether this is one IDENTIFY too many for its bucket.

        docs/platforms.md#discord-rate-limits: max_concurrency per 5 s

        The same shard identifying anew is not counted, so that a test may restart the bot at once.
        """
        core, now = self.core, self.core.now()
        key = shard % core.max_concurrency
        recent = [(at, who) for at, who in core.identified.get(key, []) if now - at < IDENTIFY_PERIOD]
        core.identified[key] = [*recent, (now, shard)]
        if any(who != shard for _, who in recent):
            core.offend(
                9,
                f"shard {shard} identified too soon after another",
                "docs/platforms.md#discord-rate-limits",
                "gateway",
            )
            return True
        return False

    def resume(self, data: Json) -> None:
        core = self.core
        if self.session is not None:
            raise Closed(4005, "already authenticated")
        if data.get("token") != core.token:
            raise Closed(4004, "authentication failed")
        session = core.sessions.get(str(data.get("session_id")))
        if session is None or session.forgotten:
            core.sessions.pop(str(data.get("session_id")), None)
            self.say(9, False)
            return
        seq = data.get("seq")
        if not isinstance(seq, int) or not 0 <= seq <= len(session.events):
            del core.sessions[session.id]
            raise Closed(4007, "invalid seq")
        if session.line is not None:
            session.line.put_nowait(4000)
        self.session, session.line = session, self.line
        session.resumed += 1
        for event in session.events[seq:]:
            self.line.put_nowait(event)
        core.dispatch(session, "RESUMED", {})
        core.changed()

    def members(self, session: Session, data: Json) -> None:
        """Answer a request for members; all of them are for who has the intent, named ones for everybody."""
        guild = self.core.guilds.get(int(data.get("guild_id") or 0))
        named = cast(list[str] | str | None, data.get("user_ids"))
        if guild is None or (named is None and not session.intents & MEMBERS):
            return
        ids = {int(id) for id in (named if isinstance(named, list) else [named])} if named else set(guild.members)
        found = [wire.member_json(member) for id, member in guild.members.items() if id in ids]
        chunk: Json = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1}
        self.core.dispatch(session, "GUILD_MEMBERS_CHUNK", chunk | {"nonce": data.get("nonce")})

    def closing(self, code: int) -> None:
        """Forget a session that ends with this code; the others can be resumed."""
        if self.session and code in ENDING:
            self.core.sessions.pop(self.session.id, None)

    def gone(self, code: int | None) -> None:
        session = self.session
        if session is None or session.line is not self.line:
            return
        session.line = None
        # A client that closes with 1000 or 1001 gives its session up.
        if code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY):
            self.core.sessions.pop(session.id, None)
        self.core.changed()
