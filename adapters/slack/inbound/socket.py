"""Socket Mode: we call Slack, and its deliveries come over a socket that is opened anew whenever it ends."""

import asyncio
import logging
import secrets
import time
from typing import Any

from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.slack.auth.clients import web_client
from adapters.slack.auth.rotation import error_word
from bot.platform.port import StartupError
from bot.settings import Settings

log = logging.getLogger("advisor.slack")
# The library writes whole messages, and the trace of each failed try; what matters of that is in our own lines.
_quiet = logging.getLogger("advisor.slack.socket")
_quiet.setLevel(logging.CRITICAL)

PING = 5.0
"""Seconds between two pings; after four without an answer the socket counts as dead."""
PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between tries to reach Slack at the start; the last is repeated."""
FINAL = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
"""What Slack answers where an app token will never open a socket."""
LOOK = 1.0
"""Seconds between two looks at whether the socket is still open."""
PATIENT = 5
"""Looks without an open socket after which a new address is asked for."""


class Handler(AsyncSocketModeHandler):
    """Bolt's, which also knows how many deliveries are being taken: the socket stays open until they are answered."""

    taking: int = 0

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        self.taking += 1
        try:
            await super().handle(client, req)
        finally:
            self.taking -= 1


class Socket:
    """One socket of this process."""

    def __init__(self, settings: Settings, token: str, ping: float = PING):
        self._settings, self._token, self._ping = settings, token, ping
        self._client: SocketModeClient | None = None
        self._opened = 0.0

    async def run(self, app: AsyncApp, stop: asyncio.Event) -> None:
        """Take deliveries until `stop`, then finish those that came; StartupError where the token opens no socket."""
        address = await self._address(stop)
        if address is None:
            return
        web = web_client(self._settings, None)
        handler = Handler(app, self._token, logger=_quiet, web_client=web, ping_interval=self._ping)
        client = self._client = handler.client
        client.wss_uri = address
        self._opened = time.time()
        connecting = asyncio.create_task(handler.connect_async())
        try:
            await self._watch(client, stop)
        finally:
            while handler.taking and connecting.done():  # noqa: ASYNC110  the library counts nothing itself
                await asyncio.sleep(0.01)
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            await handler.close_async()
            self._client = None

    def age(self) -> float | None:
        """Return for how many seconds Slack has answered no ping; None where the socket is not open."""
        client = self._client
        if client is None or client.current_session is None or client.current_session.closed:
            return None
        return max(0.0, time.time() - max(client.last_ping_pong_time or 0.0, self._opened))

    async def _address(self, stop: asyncio.Event) -> str | None:
        """Return where the socket is to be opened, as soon as Slack says; None where `stop` came first."""
        client: Any = web_client(self._settings, None)
        for number in range(10**9):
            try:
                said = await client.apps_connections_open(app_token=self._token)
                return str(said["url"])
            except SlackApiError as error:
                why = error_word(error)
                if why in FINAL or why == "missing_scope":
                    raise StartupError(
                        f"Slack opens no socket for SLACK_APP_TOKEN ({why}): make an app-level token with the scope "
                        "connections:write under Basic Information of the app, and switch Socket Mode on."
                    ) from None
            except (ClientError, TimeoutError) as error:
                why = type(error).__name__
            log.warning("Slack cannot be reached yet (%s); trying again. (Reference %s.)", why, secrets.token_hex(3))
            try:
                async with asyncio.timeout(PAUSES[min(number, len(PAUSES) - 1)]):
                    await stop.wait()
                return None
            except TimeoutError:
                continue
        return None

    async def _watch(self, client: SocketModeClient, stop: asyncio.Event) -> None:
        """Say in the log when the socket is lost, and when it is back."""
        was: bool | None = None
        session: object = None
        missing = 0
        while not stop.is_set():
            if client.current_session is not session:
                session, self._opened = client.current_session, time.time()
            is_open = self.age() is not None
            if is_open and not was:
                log.info("Connected to Slack.")
            elif was and not is_open:
                log.warning("The connection to Slack is lost; opening it again.")
            was = is_open
            missing = 0 if is_open else missing + 1
            if missing > PATIENT:
                client.wss_uri = None  # an address serves once, and the library would go on trying this one
            try:
                async with asyncio.timeout(LOOK):
                    await stop.wait()
            except TimeoutError:
                continue
