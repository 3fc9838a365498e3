"""Discord's REST interface by discord.py's own client, without a gateway: a worker has none."""

import asyncio
import json as jsonlib
import logging
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import (
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TraceConfig,
)
from discord.http import HTTPClient, Route

from adapters.discord.pace import Pace
from bot.settings import Settings
from bot.store.connection import Connection

LIMIT = 20.0
"""Seconds for one call, the client's own waits and retries included; then it is in doubt."""
DOWNLOAD = 20.0
LONGEST_WAIT = 30.0
"""Seconds that the client waits for a rate limit; it takes no less. What must wait longer comes back later."""
SHARED = 10.0
"""Seconds for which what was looked up is the same for all who ask."""

# Its warnings name addresses, and those of interactions hold their tokens.
logging.getLogger("discord.http").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Upload:
    """A file to send; `alt` is set for a picture."""

    name: str
    data: bytes
    alt: str | None = None


def point(settings: Settings) -> None:
    """Let the whole process call the interface at DISCORD_API_URL, where that is set; before any call."""
    if settings.discord_api_url:
        Route.BASE = settings.discord_api_url.rstrip("/")


class Rest:
    """The interface, as the bot. It logs in with the first call."""

    def __init__(self, settings: Settings, connection: Connection | None = None):
        token = settings.discord_bot_token
        self._token = token.get_secret_value().strip() if token else ""
        self._http: HTTPClient | None = None
        self._me: Mapping[str, Any] = {}
        self._session: ClientSession | None = None
        self._opening = asyncio.Lock()
        self._pace = Pace(connection)
        self._looked_up: dict[str, tuple[float, asyncio.Task[Any]]] = {}

    async def me(self) -> str:
        """Return the bot's own user id."""
        await self._client()
        return str(self._me["id"])

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, Any] | None = None,
        files: Sequence[Upload] = (),
        query: Mapping[str, str | int] | None = None,
        **ids: str,
    ) -> Any:
        """Call a route such as `/channels/{channel_id}/messages`, and return what it answers.

        Raises discord.HTTPException, discord.RateLimited, discord.LoginFailure, aiohttp.ClientError, TimeoutError.
        """
        async with asyncio.timeout(LIMIT):
            client = await self._client()
            more: dict[str, Any] = {}
            if files:
                more["form"] = _form(json or {}, files)
            elif json is not None:
                more["json"] = json
            if query:
                more["params"] = dict(query)
            return await client.request(Route(method, path, **ids), **more)

    async def look_up(self, path: str, **ids: str) -> Any:
        """Return what a route answers to GET, or answered a moment ago; raises as `call` does."""
        name, now = path.format(**ids), time.monotonic()
        self._looked_up = {n: held for n, held in self._looked_up.items() if now - held[0] < SHARED}
        if name not in self._looked_up:
            call: Any = self.call
            self._looked_up[name] = now, asyncio.create_task(call("GET", path, **ids))
        asked = self._looked_up[name][1]
        try:
            return await asyncio.shield(asked)
        except Exception:
            if self._looked_up.get(name, (0.0, None))[1] is asked:
                del self._looked_up[name]
            raise

    @property
    def busy(self) -> bool:
        """True where what nobody would miss is better not called."""
        return self._pace.busy

    @property
    def pace(self) -> TraceConfig:
        """Return what holds calls back that are too many; every client has it."""
        return self._pace.trace

    def session(self) -> ClientSession:
        """Return the session for addresses outside of the interface; it carries no token."""
        if self._session is None:
            self._session = ClientSession(cookie_jar=DummyCookieJar(), timeout=ClientTimeout(total=DOWNLOAD))
        return self._session

    async def aclose(self) -> None:
        """Close all connections."""
        if self._http is not None:
            await self._http.close()
            self._http = None
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _client(self) -> HTTPClient:
        async with self._opening:
            if self._http is None:
                client = HTTPClient(
                    asyncio.get_running_loop(), max_ratelimit_timeout=LONGEST_WAIT, http_trace=self.pace
                )
                try:
                    me: Any = await client.static_login(self._token)
                    self._me = me
                except BaseException:
                    await client.close()
                    raise
                self._http = client
            return self._http


@asynccontextmanager
async def open_rest(settings: Settings, connection: Connection | None = None) -> AsyncGenerator[Rest]:
    """Yield the interface, and close it at the end; nothing is called before it is used.

    With a `connection` its calls in a second are counted together with those of all processes that give one.
    """
    point(settings)
    rest = Rest(settings, connection)
    try:
        yield rest
    finally:
        await rest.aclose()


def described(files: Sequence[Upload]) -> list[dict[str, Any]]:
    """Return the `attachments` of a body that is sent with these files."""
    return [
        {"id": str(number), "filename": file.name, **({"description": file.alt} if file.alt else {})}
        for number, file in enumerate(files)
    ]


def _form(body: Mapping[str, Any], files: Sequence[Upload]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = [{"name": "payload_json", "value": jsonlib.dumps(body)}]
    for number, file in enumerate(files):
        kind = "image/png" if file.name.endswith(".png") else "application/octet-stream"
        parts.append({"name": f"files[{number}]", "value": file.data, "filename": file.name, "content_type": kind})
    return parts
