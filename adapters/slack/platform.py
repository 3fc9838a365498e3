"""Slack, as the service sees it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.slack import ids
from adapters.slack.auth import oauth
from adapters.slack.auth.clients import Clients, NotInstalled
from adapters.slack.inbound.app import Inbox
from adapters.slack.inbound.enrich import Bringing
from adapters.slack.inbound.follow_up import Behind
from adapters.slack.inbound.http import routes
from adapters.slack.inbound.socket import Socket
from adapters.slack.inbound.users import People
from adapters.slack.outbound.deliver import deliver
from adapters.slack.outbound.errors import cause
from adapters.slack.outbound.status import Sessions
from bot.chat.events import Event
from bot.platform.background import Tasks
from bot.platform.port import Accept, Delivered, Delivery, PlatformContext, Rejected, RetryLater, StartupError
from bot.settings import Settings

log = logging.getLogger("advisor.slack")

DRAIN = 3.0
"""Seconds that what runs behind acknowledgements has at the end."""


class Slack:
    """One Slack app: in one workspace by its token, or in all that installed it."""

    name = ids.PLATFORM

    def __init__(self, host: PlatformContext, clients: Clients):
        self._host, self._clients = host, clients
        self._tasks = Tasks(log, cause)
        self._sessions = Sessions(clients, self._tasks)
        self._people = People(clients)
        self._bringing = Bringing(host, clients, self._people)
        self._behind = Behind(host, clients, self._tasks, self._sessions, self._people)
        token = host.settings.slack_app_token
        self._socket = Socket(host.settings, token.get_secret_value()) if token else None

    def routes(self, accept: Accept) -> Sequence[web.AbstractRouteDef]:
        """Return where Slack calls us, where it does, and the pages of the installation."""
        settings = self._host.settings
        pages = oauth.routes(settings, self._host.store.connection, self._clients)
        secret = settings.slack_signing_secret
        if self._socket is not None or secret is None:
            return pages
        return [*routes(Inbox(self._host, accept, self._behind), secret.get_secret_value()), *pages]

    async def run(self, accept: Accept, stop: asyncio.Event) -> None:
        """Take events in until `stop`, by a socket; over HTTP they come by the routes."""
        try:
            await self._clients.ready()
        except NotInstalled as error:
            raise StartupError(str(error)) from None
        if self._socket is None:
            await stop.wait()
        else:
            await self._socket.run(Inbox(self._host, accept, self._behind).app(), stop)
        await self._tasks.drain(DRAIN)

    async def enrich(self, event: Event) -> Sequence[Event]:
        """Return an event with the author's name, its files, and what was said before in its thread."""
        self._sessions.begins(event)
        return await self._bringing.enrich(event)

    async def is_admin(self, event: Event) -> bool:
        """Tell whether the author is an admin or an owner of the workspace."""
        return (await self._people.find(event.workspace, ids.user_of(event.author))).manages

    async def is_outsider(self, event: Event) -> bool:
        """Tell whether the author is a guest, or here by Slack Connect."""
        return (await self._people.find(event.workspace, ids.user_of(event.author), waits=False)).outsider

    async def deliver(self, delivery: Delivery) -> Delivered | RetryLater | Rejected:
        """Bring one reply to its thread, or to the one person it is for."""
        await self._sessions.begun(delivery.conversation)
        outcome = await deliver(delivery, self._clients, self._host)
        if isinstance(outcome, Delivered):
            self._sessions.delivered(delivery)
        elif isinstance(outcome, Rejected):
            self._sessions.refused(delivery)
        return outcome

    def age(self) -> float | None:
        """Return for how many seconds Slack has answered no ping; 0 where it calls us."""
        return 0.0 if self._socket is None else self._socket.age()

    async def aclose(self) -> None:
        """Finish what runs behind."""
        self._sessions.ends()
        await self._tasks.drain(DRAIN)


@asynccontextmanager
async def open_slack(host: PlatformContext) -> AsyncGenerator[Slack]:
    """Open Slack, and close it at the end; StartupError where the settings do not do."""
    check(host.settings)
    clients = Clients(host.settings, host.store.connection, host.vault)
    slack = Slack(host, clients)
    try:
        yield slack
    finally:
        await slack.aclose()
        await clients.aclose()


def check(settings: Settings) -> None:
    """Raise StartupError where these settings make no Slack app."""
    oauth.check(settings)
    bot, app, secret = (
        each.get_secret_value().strip() if each is not None else None
        for each in (settings.slack_bot_token, settings.slack_app_token, settings.slack_signing_secret)
    )
    if bot is None and not oauth.wanted(settings):
        raise StartupError(
            "Slack needs SLACK_BOT_TOKEN, from OAuth & Permissions of the app; or SLACK_CLIENT_ID and "
            "SLACK_CLIENT_SECRET, for any number of workspaces."
        )
    if bot is not None and not bot.startswith(("xoxb-", "xoxe.xoxb-")):
        raise StartupError(
            "SLACK_BOT_TOKEN is no bot token: it begins with xoxb-, and stands under OAuth & Permissions."
        )
    if app is not None and not app.startswith("xapp-"):
        raise StartupError(
            "SLACK_APP_TOKEN is no app-level token: it begins with xapp-, and is made under Basic Information."
        )
    if app is None and not secret:
        raise StartupError(
            "Slack needs a way in: SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP; both stand under "
            "Basic Information of the app."
        )
