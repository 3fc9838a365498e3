"""A fake Discord with one server, and a client that asks it raw."""

from collections.abc import AsyncGenerator

import aiohttp
import pytest

from tests.fakes.discord import Channel, FakeDiscord, Guild, User
from tests.fakes.discord.raw import Raw


@pytest.fixture
async def discord_() -> AsyncGenerator[FakeDiscord]:
    async with FakeDiscord() as made:
        yield made


@pytest.fixture
async def raw(discord_: FakeDiscord) -> AsyncGenerator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(discord_, session)


@pytest.fixture
def acme(discord_: FakeDiscord) -> Guild:
    return discord_.guild("Acme")


@pytest.fixture
def ana(discord_: FakeDiscord, acme: Guild) -> User:
    return discord_.user("ana", acme)


@pytest.fixture
def general(discord_: FakeDiscord, acme: Guild) -> Channel:
    return discord_.channel(acme, "general")
