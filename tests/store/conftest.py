"""Real stores for the tests: every one is the embedded server in a folder of its own."""

from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.consultation.model import Claim, Consultation, How, Line
from bot.settings import Settings
from bot.store.connection import Connection, opened
from bot.store.consultations import Store

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def settings(home: Path) -> Settings:
    return Settings(ADVISOR_HOME=home, REDIS_URL=None)  # pyright: ignore[reportCallIssue]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
async def connection(home: Path) -> AsyncGenerator[Connection]:
    async with opened(settings(home)) as made:
        yield made


@pytest.fixture
def store(connection: Connection) -> Store:
    return Store(connection)


@pytest.fixture
def case() -> Callable[..., Consultation]:
    """Make a consultation; further fields by name."""

    def make(id: str = "console:1", **fields: object) -> Consultation:
        return Consultation(id=id, started=NOON, updated=NOON).but(asker="ana", **fields)

    return make


def claim(value: int, by: str, quote: str | None = None) -> tuple[Claim, ...]:
    return (Claim(value=value, how=How.stated, by=by, at=NOON, quote=quote),)


def line(by: str, text: str) -> Line:
    return Line(by=by, text=text, at=NOON)
