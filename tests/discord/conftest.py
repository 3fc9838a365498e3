"""A Discord, and the app on it. At the end nothing may be left that Discord would have refused."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.discord.app import App, running
from tests.fakes.discord import FakeDiscord


@pytest.fixture
async def discord_() -> AsyncGenerator[FakeDiscord]:
    async with FakeDiscord() as made:
        yield made
        made.assert_no_offences()


@pytest.fixture
async def reading() -> AsyncGenerator[FakeDiscord]:
    """A Discord whose portal lets the app read all messages."""
    async with FakeDiscord(privileged=("message_content",)) as made:
        yield made
        made.assert_no_offences()


@pytest.fixture
async def app(discord_: FakeDiscord, tmp_path: Path) -> AsyncGenerator[App]:
    """The app, without the message content intent."""
    async with running(discord_, tmp_path / "home") as made:
        yield made


@pytest.fixture
async def reader(reading: FakeDiscord, tmp_path: Path) -> AsyncGenerator[App]:
    """The app, with the message content intent."""
    async with running(reading, tmp_path / "home", DISCORD_MESSAGE_CONTENT="1") as made:
        yield made
