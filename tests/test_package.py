"""What is installed is whole, pinned, and says what it needs."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-local.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pins(lock: str) -> dict[str, str]:
    """Return the pinned requirements of a lock, each with its lines."""
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text("utf-8").strip())
    return {re.split(r"[=\[;\s]", entry)[0].lower().replace("_", "-"): entry for entry in entries}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[;~! ]", name)[0].lower().replace("_", "-").replace(".", "-") for name in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_with_hashes_and_no_address(lock: str) -> None:
    for entry in pins(lock).values():
        assert re.match(r"[a-z0-9][a-z0-9.-]*(\[[a-z,]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|-e |file:", text)


def test_the_locks_hold_what_the_project_names() -> None:
    groups = PROJECT["dependency-groups"]
    run = names(PROJECT["project"]["dependencies"]) | names(groups["setup"])
    assert run <= set(pins("requirements.txt"))
    assert run | names(groups["dev"]) <= set(pins("requirements-dev.txt"))
    assert set(pins("requirements-local.txt")) == names(groups["local-model"])


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    shipped, tested = (set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text("utf-8"), re.M)) for lock in LOCKS[:2])
    assert shipped
    assert shipped <= tested, shipped - tested


def test_the_wheel_holds_three_packages_with_their_rules_and_scripts(tmp_path: Path) -> None:
    # A copy, since what an earlier build left behind would go into the wheel.
    source = tmp_path / "source"
    packages = ("adapters", "bot", "knowledge")
    for package in packages:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        inside = set(files.namelist())
        (entry,) = (name for name in inside if name.endswith("entry_points.txt"))
        assert "advisor = bot.cli:main" in files.read(entry).decode()
    wanted = {
        path.relative_to(source).as_posix()
        for package in packages
        for path in (source / package).rglob("*")
        if path.is_file()
    }
    shipped = {name for name in inside if ".dist-info/" not in name}
    assert shipped == wanted, sorted(shipped ^ wanted)


def test_every_setting_is_explained_in_the_example() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    explained = {
        line.split("=")[0]: before.startswith("# ")
        for before, line in pairwise(lines)
        if "=" in line and line[0] != "#"
    }
    settings = {field.alias for field in Settings.model_fields.values()}
    assert settings <= set(explained)
    assert all(explained.values()), explained
