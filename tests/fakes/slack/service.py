"""The fake Slack as a test uses it."""

from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.slack import server, sockets
from tests.fakes.slack.install import Installing
from tests.fakes.slack.interact import Interactions
from tests.fakes.slack.looks import Looks
from tests.fakes.slack.people import People


class FakeSlack(People, Interactions, Installing, Looks):
    """A Slack with one workspace, to be used as `async with FakeSlack() as slack`.

    In it: `alice` and `bob`, `admin`, `robot` (another app's bot); `general` (public) and `private`, where everyone
    and our `bot` are members; `outside`, a public channel without our bot. `bot_token`, `app_token`,
    `signing_secret`, `client_id`, `client_secret` and `api_url` are what the app is configured with. Without
    `installed` the workspace waits for an install by OAuth. The other arguments are those of Core.

    What a person sees: `seen`, `said`, `home`, `modal`, `status`. What the app did: `calls`, `called(method)`,
    `acks`, `offences`. What people do: `say`, `edit`, `delete`, `upload`, `join`, `open_home`, `open_messages_tab`,
    `look_at`, `command`, `press`, `select`, `shortcut`, `message_shortcut`, `submit`, `close_view`, `stop_session`,
    `uninstall`, `take_out`, `revoke_tokens`, `consent`, `decline`. What goes wrong: `limit`, `fail`, `refuse`, `drop`,
    `slow`, `refresh_sockets`, `cut_sockets`, `frozen`, `send_forged`, `send_stale`, `send_unsigned`, `send_again`.
    """

    def __init__(self, *, installed: bool = True, enterprise: str | None = None, **core: Any):
        super().__init__(**core)
        self.add_team("Acme", installed=installed, enterprise=enterprise)
        self.bot = self.home_team.bot_user
        self.alice = self.add_user("alice")
        self.bob = self.add_user("bob")
        self.admin = self.add_user("ada", admin=True)
        self.robot = self.add_user("robot", bot=True)
        people = (self.alice, self.bob, self.admin, self.robot)
        self.general = self.add_channel("general", *people)
        self.private = self.add_channel("private", *people, private=True)
        self.outside = self.add_channel("outside", *people, bot=False)
        self._runners: list[web.AppRunner] = []

    async def __aenter__(self) -> Self:
        self.base = await self._serve(server.routes(self))
        self.elsewhere = await self._serve(server.elsewhere(self))
        self.http = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in [*self.tasks, *self.chores]:
            task.cancel()
        await sockets.cut(self)
        for runner in self._runners:
            await runner.cleanup()
        assert self.http
        await self.http.close()

    async def _serve(self, app: web.Application) -> str:
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    def deliver_to(self, url: str | None) -> None:
        """Deliver over HTTP to this request URL from now on; over Socket Mode where it is None."""
        self.request_url = url

    async def connected(self, count: int = 1) -> None:
        """Wait until this many sockets are open."""
        await self.until(lambda: len(self.sockets) >= count)

    async def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask every socket to reconnect, as Slack does every few hours (reasons: warning, refresh_requested)."""
        await sockets.refresh(self, reason)

    async def cut_sockets(self) -> None:
        """Break every socket without a goodbye."""
        await sockets.cut(self)
