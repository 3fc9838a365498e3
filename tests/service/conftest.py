"""A stage on the embedded server, with the test's own way into the store, and a model that can hold its calls back."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.store.connection import Connection
from bot.store.consultations import Store, open_store
from tests.fakes.model.server import ModelServer, model_server
from tests.service.stage import Stage, staged
from tests.service.trial_stage import Gate


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
async def store(home: Path) -> AsyncGenerator[Store]:
    """The store that the processes use; the server ends with it, since it is the last user."""
    async with open_store(Settings(ADVISOR_HOME=home, REDIS_URL=None), patience=10) as opened:  # pyright: ignore[reportCallIssue]
        yield opened


@pytest.fixture
def connection(store: Store) -> Connection:
    return store.connection


@pytest.fixture
async def stage(home: Path, store: Store) -> AsyncGenerator[Stage]:
    async with staged(home) as made:
        yield made


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def model(gate: Gate) -> AsyncGenerator[ModelServer]:
    async with model_server(gate.answer) as served:
        yield served
