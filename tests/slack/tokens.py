"""What the tests of tokens stand on: settings that point to the fake Slack, and a real store."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.slack.auth.clients import Clients
from adapters.slack.auth.installations import Installation, Installations
from bot.settings import Settings
from bot.store.connection import Connection, opened
from bot.vault import Vault, open_vault
from tests.fakes.slack import FakeSlack

SECRET_KEY = "A" + "b" * 41 + "E"
"""32 bytes, backwards too."""
PUBLIC_URL = "https://advisor.example.com"


def settings(home: Path, slack: FakeSlack | None = None, **given: Any) -> Settings:
    """Return the settings of an app that is installed by OAuth, with these changes; None takes one away."""
    known: dict[str, Any] = {"ADVISOR_HOME": home, "ADVISOR_SECRET_KEY": SECRET_KEY, "ADVISOR_PUBLIC_URL": PUBLIC_URL}
    if slack is not None:
        known |= {
            "SLACK_API_URL": slack.api_url,
            "SLACK_CLIENT_ID": slack.client_id,
            "SLACK_CLIENT_SECRET": slack.client_secret,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
        }
    chosen = {name: value for name, value in (known | given).items() if value is not None}
    return Settings.model_validate(chosen)  # which reads no environment


@dataclass
class Setup:
    """One process of an app that is installed by OAuth."""

    settings: Settings
    connection: Connection
    vault: Vault
    clients: Clients

    @property
    def kept(self) -> Installations:
        return self.clients.installations

    @asynccontextmanager
    async def another(self) -> AsyncGenerator[Clients]:
        """Yield the clients of one more process on the same store."""
        clients = Clients(self.settings, self.connection, self.vault)
        try:
            yield clients
        finally:
            await clients.aclose()


@asynccontextmanager
async def setup(home: Path, slack: FakeSlack, **given: Any) -> AsyncGenerator[Setup]:
    """Yield a process with the embedded store."""
    chosen = settings(home, slack, **given)
    async with opened(chosen) as connection:
        vault = open_vault(chosen)
        clients = Clients(chosen, connection, vault)
        try:
            yield Setup(chosen, connection, vault, clients)
        finally:
            await clients.aclose()


def installation(slack: FakeSlack, team: str | None = None, **fields: Any) -> Installation:
    """Return the installation that a workspace of the fake Slack has now."""
    home = slack.teams[team] if team else slack.home_team
    made = Installation(
        enterprise=home.enterprise,
        team=home.id,
        token=home.token or "xoxb-none",
        refresh=home.refresh_token,
        bot_user=home.bot_user,
        app=slack.app_id,
        scopes=slack.scopes,
        installed=time.time(),
    )
    return made.model_copy(update=fields)
