"""What every test stands on."""

import os
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings

from bot.service import intake
from bot.service.intake import TRY
from bot.store import connection
from bot.text.apart import Processes

# How long an example takes says something of the machine, and nothing of what is tested. The examples are the same in
# every run, so that a change is judged by what it changed; `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile("advisor", deadline=None, print_blob=True, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "advisor"))

PATIENCE = 30.0
USUAL = ((connection, "ANSWER", connection.ANSWER), (connection, "CONNECT", connection.CONNECT), (intake, "TRY", TRY))
"""Seconds in which a store answers, each where it is held."""


def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests go side by side: a fifth of their time tests wait for sockets, processes or a clock."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + (cores + 1) // 2


@pytest.fixture(scope="session", autouse=True)
def a_store_has_time() -> Generator[None]:
    """Let a store take as long as it does on a slow machine; where one is to be silent, there is `usual_limits`."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, _ in USUAL:
            patch.setattr(module, name, PATIENCE)
        yield


@pytest.fixture
def usual_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a store as long as the service does."""
    for module, name, seconds in USUAL:
        monkeypatch.setattr(module, name, seconds)


@pytest.fixture(scope="session", autouse=True)
def no_server_is_left(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Fail where a server outlives the tests; one that is told to end has a moment to do so."""
    yield
    began = time.monotonic()
    while (left := servers_in(tmp_path_factory.getbasetemp())) and time.monotonic() - began < PATIENCE:
        time.sleep(0.1)
    assert not left, f"servers are left behind: {left}"


def servers_in(folder: Path) -> list[int]:
    """Find the servers that work in a folder, on a system that shows it."""
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if "valkey" in (process / "comm").read_text() and folder in (process / "cwd").readlink().parents:
                found.append(int(process.name))
    return found


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no file be read within the time that there is for one."""
    kept = Processes.__init__.__kwdefaults__
    assert kept and "seconds" in kept
    monkeypatch.setitem(kept, "seconds", 0.001)
