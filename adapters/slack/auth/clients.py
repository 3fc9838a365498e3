"""Clients for Slack's Web API, one workspace at a time, with the token that is good there now.

A token is read from the store again after a few seconds, so that no process goes on with one that was deleted. Who the
bot is in a workspace is no secret and kept longer; so no event waits for anything but the store.
"""

import asyncio
import copy
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar
from pydantic_core import PydanticSerializationError, from_json, to_json
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.auth.installations import Held, Installations
from adapters.slack.auth.rotation import REFUSED, Unavailable, due, error_word, renewed
from adapters.slack.ids import team_of
from adapters.slack.retry import Reconnect, WaitBriefly, retry_after, status_of
from bot.settings import Settings
from bot.store.connection import Connection
from bot.vault import Vault, VaultError

__all__ = ["Clients", "NotInstalled", "Resting", "Unavailable", "error_word", "web_client"]

log = logging.getLogger("advisor.slack")
# What the library writes at DEBUG holds tokens and what people said; at its own level it never gets that far.
_web_log = logging.getLogger("advisor.slack.web")
_web_log.setLevel(logging.INFO)

FRESH = 5.0
"""Seconds for which a token is not read again: for so long a process may use one that another has deleted."""
KNOWN = 600.0
"""Seconds for which it is not asked again who the bot is in a workspace."""
MANY = 10_000
"""Workspaces that are remembered."""
SOON = 0.5
"""Seconds that a caller waits to learn who the bot is; the question itself goes on."""
LIMIT = ClientTimeout(total=20.0, sock_connect=5.0)
DEAD = REFUSED | {
    "invalid_auth",
    "not_authed",
    "user_removed_from_team",
    "team_access_not_granted",
    "org_login_required",
}
"""What Slack answers where a token is good for nothing."""
T = TypeVar("T")


class Resting(Unavailable):
    """Say for how many seconds more Slack wants to be left alone with a method in a workspace."""

    def __init__(self, seconds: float):
        super().__init__(f"Slack wants to be left alone for {seconds:.0f} s.")
        self.seconds = seconds


class NotInstalled(Exception):
    """Say that the app has no token for a workspace, and what to do."""


@dataclass(frozen=True)
class Identity:
    """Who the bot is, where its token comes from the settings."""

    bot_user: str
    enterprise: str | None
    team: str | None
    """None where it is installed across an organisation."""


class Clients:
    """The way to Slack for this process. Close it at the end."""

    def __init__(self, settings: Settings, connection: Connection, vault: Vault):
        self._settings = settings
        self._token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
        self._oauth = bool(settings.slack_client_id and settings.slack_client_secret)
        self.installations = Installations(connection, vault)
        self._held: dict[str, tuple[Held | None, float]] = {}
        self._bots: dict[str, tuple[str | None, float]] = {}
        self._rests: dict[str, tuple[str | None, float]] = {}
        """Until when Slack wants to be left alone, by workspace and method."""
        self._own: Identity | None = None
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._session: ClientSession | None = None
        self._like: AsyncWebClient | None = None
        """What all clients are alike in: each has its token and team besides."""

    async def client(self, workspace: str) -> AsyncWebClient:
        """Return a client with the workspace's token, renewed where it ends soon.

        Raises NotInstalled, Unavailable (a ClientError: later), and StoreError where installations are in a store.
        """
        held = await self._installation(workspace) if self._oauth else None
        if held is None:
            if self._token is None or (self._oauth and not _serves(await self._identity(), workspace)):
                raise NotInstalled(self._how())
            return self._client(self._token, team_of(workspace)[1] if _across(workspace) else None)
        if due(held.installation, time.time()):
            held = await self._alone(f"renew {held.installation.name}", self._renew(workspace, held))
        if not held.installation.usable(time.time()):
            raise NotInstalled(self._how())
        across = held.installation.team is None
        return self._client(held.installation.token, team_of(workspace)[1] if across else None)

    async def at_once(self, workspace: str, method: str, **given: Any) -> Mapping[str, Any]:
        """Call a method that an answer can do without, and return what Slack says.

        Raises Resting where Slack wants to be left alone with it, from then on without asking; else as `client` does,
        and SlackApiError.
        """
        where = f"{workspace} {method}"
        if (left := self._rests.get(where, (None, 0.0))[1] - time.monotonic()) > 0:
            raise Resting(left)
        client: Any = copy.copy(await self.client(workspace))
        client.retry_handlers = [Reconnect()]
        try:
            return _data(await getattr(client, method.replace(".", "_"))(**given))
        except SlackApiError as error:
            if status_of(error) != 429:
                raise
            _remember(self._rests, where, None, retry_after(error))
            raise Resting(retry_after(error)) from None

    async def bot_user(self, workspace: str) -> str:
        """Return the user id of the bot; asks Slack at most once a process, and the store at most every ten minutes.

        Raises as `client` does. Unavailable comes after half a second; call `ready` before the first event.
        """
        if not self._oauth:
            return (await self._identity()).bot_user
        bot, until = self._bots.get(workspace, (None, 0.0))
        if time.monotonic() > until:
            held = await self._installation(workspace)
            if held is not None:
                bot = held.installation.bot_user
            elif self._token is not None and _serves(own := await self._identity(), workspace):
                bot = own.bot_user
            else:
                bot = None
            _remember(self._bots, workspace, bot, KNOWN if bot else FRESH)
        if bot is None:
            raise NotInstalled(self._how())
        return bot

    def serves(self, workspace: str) -> bool:
        """Tell whether what comes from a workspace is ours: the token of the settings alone is good for one.

        True also before Slack has said whose that token is.
        """
        return self._oauth or self._own is None or _serves(self._own, workspace)

    async def ready(self) -> None:
        """Learn who the bot is before the first event comes, where its token is given; NotInstalled if it is dead."""
        if self._token is not None:
            try:
                await self._alone("own", self._learn())
            except Unavailable as error:
                log.warning("Slack did not say who the bot is yet: %s", error)

    async def removed(self, workspace: str, at: float | None = None) -> bool:
        """Delete the tokens of a workspace that uninstalled the app or revoked them `at` this time; True if gone.

        Time in seconds since 1970. Other processes stop using them within FRESH seconds.
        """
        gone = await self.installations.remove(workspace, at)
        self.forget()
        return gone

    def forget(self) -> None:
        """Read everything again from the store."""
        self._held.clear()
        self._bots.clear()

    def session(self) -> ClientSession:
        """Return the one session of this process, without cookies; use it for files too."""
        if self._session is None or self._session.closed:
            self._session = ClientSession(
                timeout=LIMIT, cookie_jar=DummyCookieJar(), json_serialize=_json, response_class=_Response
            )
        return self._session

    async def aclose(self) -> None:
        """Let what is being renewed come to its end, and close all connections."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _installation(self, workspace: str) -> Held | None:
        held, until = self._held.get(workspace, (None, 0.0))
        if time.monotonic() > until:
            try:
                held = await self.installations.find(workspace)
            except VaultError as error:
                raise NotInstalled(str(error)) from None
            _remember(self._held, workspace, held, FRESH)
        return held

    async def _renew(self, workspace: str, held: Held) -> Held:
        async def ask(refresh: str) -> Mapping[str, Any]:
            slack: Any = self._client(None)
            said = await slack.oauth_v2_access(
                client_id=self._settings.slack_client_id or "",
                client_secret=secret.get_secret_value() if (secret := self._settings.slack_client_secret) else "",
                grant_type="refresh_token",
                refresh_token=refresh,
            )
            return _data(said)

        found = await renewed(self.installations, held, ask)
        _remember(self._held, workspace, found, FRESH)
        if found is None:
            raise NotInstalled(self._how())
        return found

    async def _identity(self) -> Identity:
        if self._own is None:
            try:
                async with asyncio.timeout(SOON):
                    return await self._alone("own", self._learn())
            except TimeoutError:
                raise Unavailable("Slack has not said yet who the bot is.") from None
        return self._own

    async def _learn(self) -> Identity:
        if self._own is not None:
            return self._own
        try:
            slack: Any = self._client(self._token)
            said = _data(await slack.auth_test())
        except SlackApiError as error:
            word = error_word(error)
            if word in DEAD:
                raise NotInstalled(
                    f"Slack refuses SLACK_BOT_TOKEN ({word}): put the app's present bot token there."
                ) from None
            raise Unavailable(f"Slack answered {word}.") from None
        except (ClientError, TimeoutError) as error:
            raise Unavailable(f"Slack cannot be reached ({type(error).__name__}).") from None
        across = bool(said.get("is_enterprise_install"))
        self._own = Identity(str(said["user_id"]), said.get("enterprise_id"), None if across else said.get("team_id"))
        return self._own

    async def _alone(self, what: str, doing: "asyncio.Future[T] | Awaitable[T]") -> T:
        """Do a thing once for all who ask meanwhile, to its end although some of them no longer wait."""
        task = self._running.get(what)
        if task is None:
            task = self._running[what] = asyncio.ensure_future(doing)
            task.add_done_callback(lambda done: self._ended(what, done))
        elif asyncio.iscoroutine(doing):
            doing.close()
        return await asyncio.shield(task)

    def _ended(self, what: str, task: asyncio.Task[Any]) -> None:
        self._running.pop(what, None)
        if not task.cancelled():
            task.exception()  # who asked has it, unless they no longer wait

    def _client(self, token: str | None, team: str | None = None) -> AsyncWebClient:
        session, url = self.session(), self._settings.slack_api_url
        if self._like is None or self._like.session is not session or not self._like.base_url.startswith(url):
            self._like = web_client(self._settings, None, None, session, (Reconnect(), WaitBriefly(2)))
        # A copy, since a new one asks the machine what it is and which proxy it has each time.
        made = copy.copy(self._like)
        made.token = token
        made.default_params = {"team_id": team} if team else {}
        return made

    def _how(self) -> str:
        where = (self._settings.public_url or "").rstrip("/")
        how = f"install it at {where}/slack/install" if self._oauth else "set SLACK_BOT_TOKEN"
        return f"The app is not installed in this workspace: {how}."


def web_client(
    settings: Settings,
    token: str | None,
    team: str | None = None,
    session: ClientSession | None = None,
    retries: tuple[AsyncRetryHandler, ...] = (),
) -> AsyncWebClient:
    """Return a client that takes nothing from the environment but the proxy; `team` where a token serves many."""
    return AsyncWebClient(
        token=token,
        base_url=settings.slack_api_url,
        timeout=int(LIMIT.total or 0),
        team_id=team,
        session=session,
        logger=_web_log,
        retry_handlers=list(retries),
    )


class _Response(ClientResponse):
    """An answer whose JSON, a long thread say, is read in half the time, in which nobody else is acknowledged."""

    async def json(
        self,
        *,
        encoding: str | None = None,
        loads: Callable[[str], Any] | None = None,
        content_type: str | None = "application/json",
    ) -> Any:
        return await super().json(encoding=encoding, loads=loads or _loaded, content_type=content_type)


def _loaded(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError:  # half of a pair of signs; where it is no JSON, this error is the one that is looked for
        return json.loads(text)


def _json(what: Any) -> str:
    try:
        return to_json(what).decode()
    except PydanticSerializationError:  # half of a pair of signs, which only an escape can say
        return json.dumps(what)


def _serves(own: Identity, workspace: str) -> bool:
    enterprise, team = team_of(workspace)
    return team == own.team if own.team else bool(enterprise) and enterprise == own.enterprise


def _across(workspace: str) -> bool:
    """Tell whether a workspace's events come from an installation across its organisation."""
    return team_of(workspace)[0] is not None


def _remember(where: dict[str, tuple[T, float]], workspace: str, what: T, seconds: float) -> None:
    while len(where) >= MANY:
        del where[next(iter(where))]
    where.pop(workspace, None)
    where[workspace] = (what, time.monotonic() + seconds)


def _data(said: Any) -> Mapping[str, Any]:
    data: Mapping[str, Any] = said.data
    return data
