"""State of earlier versions, which lies in HOME itself, is found and moved; what is not ours stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.consultation.model import Consultation
from bot.settings import Settings
from bot.store.consultations import open_store
from bot.vault import FILE, open_vault
from tests.store.conftest import settings
from tests.support import forked
from tests.support.clock import NOON

ROOT = Path(__file__).parents[2]
HELD = Consultation(id="console:1", started=NOON, updated=NOON, asker="ana")
MAIN = "from bot.cli import main; main()"


def advisor(home: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that needs no store."""
    bare = {"PATH": os.environ["PATH"], "HOME": str(home), **environment}
    done = forked.run(["-c", MAIN, "rules", "rule-1"], bare)
    assert done.returncode == 0, done.stderr
    assert "Rule 1" in done.stdout
    return done


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
async def old(tmp_path: Path) -> Path:
    """A HOME with state in it, and with files of its owner."""
    old = tmp_path / "ana"
    async with open_store(settings(old)) as store:
        await store.commit("console:1", 0, HELD)
    open_vault(settings(old))
    (old / "pictures").mkdir()
    (old / "pictures" / "0123456789ab-trial.png").write_text("ours")
    (old / "pictures" / "holiday.png").write_text("hers")
    return old


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other folders")
@pytest.mark.parametrize("data", [None, "data"])
async def test_it_is_moved_once_with_a_word(old: Path, data: str | None) -> None:
    key = (old / FILE).read_text()
    set_ = {"XDG_DATA_HOME": str(old / data)} if data else {}
    home = (old / data if data else old / ".local" / "share") / "finetune-advisor"
    said = advisor(old, **set_).stderr
    assert said == f"Your consultations and keys were in {old}; they are in {home} now.\n"
    assert (home / FILE).read_text() == key
    assert (home / "pictures" / "0123456789ab-trial.png").read_text() == "ours"
    async with open_store(settings(home)) as store:
        assert (await store.load("console:1"))[0] == HELD
    assert files(old) - files(home) == {"holiday.png"}
    assert advisor(old, **set_).stderr == ""


async def test_who_names_a_folder_keeps_it(old: Path) -> None:
    assert advisor(old, ADVISOR_HOME=str(old)).stderr == ""
    assert (old / "store").is_dir()


async def test_what_only_has_such_a_name_stays(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "shop.db").write_text("hers")
    (tmp_path / FILE).write_text("hers")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "0123456789ab-x.png").write_text("hers")
    assert advisor(tmp_path).stderr == ""
    assert (tmp_path / "store" / "shop.db").exists()
    assert (tmp_path / FILE).read_text() == "hers"
    assert (tmp_path / "pictures" / "0123456789ab-x.png").exists()


async def test_state_in_use_waits(old: Path) -> None:
    async with open_store(settings(old)) as store:
        assert "still uses" in advisor(old).stderr
        assert await store.connection.call("PING")
    assert (old / "store" / "start.lock").exists()


async def test_newer_state_is_not_overwritten(old: Path, tmp_path: Path) -> None:
    home = old / "data" / "finetune-advisor"
    open_vault(Settings(ADVISOR_HOME=home))  # pyright: ignore[reportCallIssue]
    newer = (home / FILE).read_text()
    said = advisor(old, XDG_DATA_HOME=str(old / "data")).stderr
    assert f"ADVISOR_HOME={old}" in said
    assert (home / FILE).read_text() == newer
    assert (old / "store").is_dir()


async def test_a_folder_that_cannot_be_made_is_said(old: Path) -> None:
    (old / "data").write_text("a file in the way")
    said = advisor(old, XDG_DATA_HOME=str(old / "data")).stderr
    assert f"set ADVISOR_HOME={old}" in said
    assert (old / FILE).exists()
