"""The app as the service runs it, in this process: the fake Slack on one side, a real store on the other."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from adapters.slack.platform import Slack, open_slack
from bot.chat.events import Body, Event
from bot.chat.reply import Part, Reply
from bot.platform.port import Delivered, Delivery, PlatformContext
from bot.service.limits import Shield
from bot.service.serve import accepting
from bot.service.web.pages import application, listening
from bot.service.web.readiness import Readiness
from bot.settings import Settings
from bot.store.consultations import Store, open_store
from bot.vault import open_vault
from knowledge.load import Knowledge, load
from tests.fakes.slack import FakeSlack

B = TypeVar("B", bound=Body)


def settings(home: Path, slack: FakeSlack, **given: str | None) -> Settings:
    """Return the settings of an app in one workspace, with these changes; None takes one away."""
    known: dict[str, Any] = {
        "ADVISOR_HOME": home,
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.home_team.token,
    }
    chosen = {name: value for name, value in (known | given).items() if value is not None}
    with patch.dict(os.environ, clear=True):  # which it reads, too
        return Settings.model_validate(chosen)


@dataclass
class App:
    """A running app: what it took from Slack, and Slack itself."""

    slack: FakeSlack
    host: PlatformContext
    platform: Slack
    taken: list[Event] = field(default_factory=list[Event])
    """What was stored, in order; what was repeated or not asked for is not in it."""
    keys: int = 0

    @property
    def store(self) -> Store:
        return self.host.store

    @property
    def knowledge(self) -> Knowledge:
        return self.host.knowledge

    def bodies(self) -> list[Body]:
        return [event.body for event in self.taken]

    async def took(self, count: int = 1) -> list[Event]:
        """Wait until this many events were stored, and return them."""
        return await self.slack.until(lambda: self.taken if len(self.taken) >= count else None) or []

    async def only(self, kind: type[B]) -> tuple[Event, B]:
        """Return the one event that was stored, and its body, which is of this kind."""
        [event] = await self.took()
        assert isinstance(event.body, kind)
        return event, event.body

    async def reply(
        self,
        event: Event,
        *parts: Part,
        to: str | None = None,
        live: bool = False,
        answered: str = "",
        again: bool = False,
    ) -> None:
        """Deliver a reply to where an event came from, as a worker does; the last one once more with `again`."""
        self.keys += not again
        reply = Reply(parts=parts, to=to, via=event.via, live=live, answered=answered)
        outcome = await self.platform.deliver(Delivery(event.conversation, f"{self.keys:05}.test", reply, again))
        assert isinstance(outcome, Delivered), outcome


@asynccontextmanager
async def running(
    slack: FakeSlack, home: Path, *, http: bool, store: Store | None = None, **given: str | None
) -> AsyncGenerator[App]:
    """Run the app until the end of the block, over HTTP or over a socket; a store that is given is not closed."""
    way: dict[str, str | None] = (
        {"SLACK_SIGNING_SECRET": slack.signing_secret} if http else {"SLACK_APP_TOKEN": slack.app_token}
    )
    chosen = settings(home, slack, **way, **given)
    if store is None:
        async with open_store(chosen, patience=5) as opened, _served(slack, chosen, opened, http=http) as app:
            yield app
    else:
        async with _served(slack, chosen, store, http=http) as app:
            yield app


@asynccontextmanager
async def _served(slack: FakeSlack, chosen: Settings, store: Store, *, http: bool) -> AsyncGenerator[App]:
    shield = Shield(chosen.messages_a_minute)
    host = PlatformContext(chosen, store, load(None), open_vault(chosen), floods=shield.floods)
    async with open_slack(host) as platform:
        app = App(slack, host, platform)
        stores = accepting(store, shield)

        async def take(event: Event, /, *, comes_once: bool = False) -> bool:
            stored = await stores(event, comes_once=comes_once)
            if stored:
                app.taken.append(event)
            return stored

        stop = asyncio.Event()
        pages = application(_ready)
        pages.router.add_routes(platform.routes(take))
        async with listening(pages, "127.0.0.1", 0) as address:
            serving = asyncio.create_task(platform.run(take, stop))
            try:
                if http:
                    slack.deliver_to(f"{address}/slack/events")
                else:
                    await slack.connected()
                if chosen.slack_bot_token:
                    await slack.until(lambda: slack.called("auth.test"))
                yield app
            finally:
                stop.set()
                await serving
                slack.deliver_to(None)


async def _ready() -> Readiness:
    return Readiness("all", False, 0.0, {}, None, None)
