"""A disk that is really full: it is named as such, what was not stored is said, and nothing stored is lost."""

import asyncio
import subprocess
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.consultation.model import Consultation
from bot.store.consultations import open_store
from bot.store.errors import StoreError, as_store_error
from tests.console.terminal import chat
from tests.store.conftest import settings

SAID = "our review classifier gives wrong labels"


@pytest.fixture
def small(tmp_path: Path) -> Generator[Path]:
    """A disk of a few megabytes of its own, where this user may have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    try:
        made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("only root on Linux may make a small disk")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> None:
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        for size in (1 << 16, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    ballast.write(b"x" * size)


async def test_it_is_named_at_once_and_nothing_stored_is_lost(small: Path, case: Callable[..., Consultation]) -> None:
    async with open_store(settings(small / "home"), patience=30) as store:
        version = await store.commit("console:1", 0, case())
        fill(small)
        with pytest.raises(StoreError, match="disk is full") as caught:
            while True:
                version = await store.commit("console:1", version, case(trial_offer="open"))
        assert caught.value.kind == "full"
        (small / "ballast").unlink()
        await store.connection.revive()
        stored, version = await store.load("console:1")
        assert stored in (case(), case(trial_offer="open"))
        assert await store.commit("console:1", version, case()) > version


async def test_a_start_on_it_is_one_sentence(small: Path) -> None:
    (small / "home").mkdir()
    fill(small)
    with pytest.raises(StoreError, match="disk is full"):
        async with open_store(settings(small / "home")):
            pass


async def test_the_terminal_says_at_the_end_what_was_not_stored(small: Path) -> None:
    async with chat(small / "home", "--no-model") as terminal:
        await terminal.until("Should you finetune?")
        await asyncio.to_thread(fill, small)
        terminal.type(SAID)
        await terminal.until("disk is full")
        await terminal.until("It matters now because")
        terminal.type("/quit")
        await terminal.until("Not stored")
        await terminal.until(SAID)
        assert await terminal.end() == 1


async def test_the_terminal_exits_well_where_room_was_made_in_time(small: Path) -> None:
    async with chat(small / "home", "--no-model") as terminal:
        await terminal.until("Should you finetune?")
        await asyncio.to_thread(fill, small)
        terminal.type(SAID)
        await terminal.until("It matters now because")
        (small / "ballast").unlink()
        terminal.type("/status")
        await terminal.until("nothing was lost")
        terminal.type("/quit")
        assert await terminal.end() == 0
        assert "Not stored" not in terminal.screen


async def test_the_terminal_does_not_say_forgotten_where_it_could_not_delete(small: Path) -> None:
    async with chat(small / "home", "--no-model") as terminal:
        await terminal.until("Should you finetune?")
        terminal.type(SAID)
        await terminal.until("It matters now because")
        await asyncio.to_thread(fill, small)
        terminal.type("we have 400 examples " * 60)
        await terminal.until("disk is full")
        terminal.type("/forget")
        await terminal.until("Not deleted")
        assert "Forgotten" not in terminal.screen
        (small / "ballast").unlink()
        terminal.type("/status")
        await terminal.until("nothing was lost")
        terminal.type("/forget")
        await terminal.until("Forgotten")
        terminal.type("/quit")
        assert await terminal.end() == 0
    async with open_store(settings(small / "home"), patience=30) as store:
        assert not [key for key in await store.connection.call("KEYS", "*") if ":case:" in str(key)]


@pytest.mark.parametrize(
    "answer",
    [
        "MISCONF Errors writing to the AOF file: No space left on device",
        "MISCONF Valkey is configured to save RDB snapshots, but it's currently unable to persist to disk.",
        "ERR Error running script (call to f_1): @user_script:1: MISCONF Errors writing to the AOF file: No space left",
    ],
)
def test_what_a_server_of_somebody_elses_says_of_its_disk(answer: str) -> None:
    from redis.exceptions import ResponseError

    with pytest.raises(StoreError, match="disk") as caught, as_store_error("host:6379"):
        raise ResponseError(answer)
    assert caught.value.kind == "full"
