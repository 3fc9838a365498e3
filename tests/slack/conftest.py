"""A Slack, and the app over both of its transports. At the end nothing may be left that Slack would have refused."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack
from tests.slack.app import App, running


@pytest.fixture
async def slack() -> AsyncGenerator[FakeSlack]:
    async with FakeSlack() as made:
        yield made
        made.check()


@pytest.fixture(params=["http", "socket"])
def transport(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def app(slack: FakeSlack, tmp_path: Path) -> AsyncGenerator[App]:
    """The app over HTTP: what comes behind a transport is the same for both."""
    async with running(slack, tmp_path / "home", http=True) as made:
        yield made


@pytest.fixture
async def either(slack: FakeSlack, tmp_path: Path, transport: str) -> AsyncGenerator[App]:
    """The app over HTTP, and once more over a socket."""
    async with running(slack, tmp_path / "home", http=transport == "http") as made:
        yield made
