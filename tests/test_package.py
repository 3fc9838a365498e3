"""What is installed is whole, pinned, and says what it needs."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from bot.model.local import INSTALL
from bot.settings import Settings
from bot.trial.report.picture import MISSING

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
    project = PROJECT["project"]
    run = names([*project["dependencies"], *project["optional-dependencies"]["picture"]]) | names(groups["setup"])
    assert run <= set(pins("requirements.txt"))
    assert run | names(groups["dev"]) <= set(pins("requirements-dev.txt"))
    assert set(pins("requirements-local.txt")) == names(groups["local-model"])


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    shipped, tested = (set(re.findall(r"^\S+==\S+", (ROOT / lock).read_text("utf-8"), re.M)) for lock in LOCKS[:2])
    assert shipped
    assert shipped <= tested, shipped - tested


HEAVY = {"matplotlib", "numpy", "pillow", "pyarrow", "xllamacpp"}
"""What most can do without, and what makes an install large: parts of their own bring these."""


def test_a_plain_install_brings_nothing_heavy_and_the_words_name_the_parts_that_add_it() -> None:
    project = PROJECT["project"]
    assert not names(project["dependencies"]) & HEAVY
    assert not set(pins("requirements.txt")) & (HEAVY - {"pillow"})
    wanted = {*INSTALL.removeprefix("install --no-deps ").split()}
    assert wanted == set(PROJECT["dependency-groups"]["local-model"])
    assert set(project["optional-dependencies"]["local"]) <= wanted
    assert names(project["optional-dependencies"]["picture"]) == {"pillow"}
    assert '`pip install ".[picture]"`' in MISSING


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image is built from; a copy, since what an earlier build left behind would go into the wheel."""
    source = tmp_path_factory.mktemp("source")
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        if line.startswith("!"):
            path = ROOT / line.removeprefix("!")
            if path.is_dir():
                shutil.copytree(path, source / path.name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(path, source)
    return source


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_holds_one_package_of_our_own_with_the_rules_and_scripts(source: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        inside = {name for name in files.namelist() if ".dist-info/" not in name}
    wanted = {
        name if name.startswith("finetune_advisor/") else f"finetune_advisor/{name}"
        for package in ("adapters", "bot", "finetune_advisor", "knowledge")
        for path in (source / package).rglob("*")
        if path.is_file() and (name := path.relative_to(source).as_posix())
    }
    assert inside == wanted, sorted(inside ^ wanted)


def run(code: list[str], *places: Path) -> "subprocess.CompletedProcess[str]":
    """Run Python where modules come from these places, with none of the checkout."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADVISOR_", "OPENAI_"))}
    env = {**kept, "PYTHONPATH": os.pathsep.join(map(str, places)), "ADVISOR_HOME": str(places[0] / "home")}
    return subprocess.run(
        [sys.executable, *code], cwd=places[0], env=env, capture_output=True, text=True, check=False, timeout=120
    )


def foreign(folder: Path, name: str) -> Path:
    """Make another project's package that must not be imported."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("raise ImportError('not ours')\n", "utf-8")
    return folder


@pytest.mark.parametrize("first", [True, False])
def test_the_installed_program_takes_its_own_packages_beside_others_of_the_same_names(
    wheel: Path, tmp_path: Path, first: bool
) -> None:
    with zipfile.ZipFile(wheel) as files:
        files.extractall(tmp_path / "site")
        (entry,) = (name for name in files.namelist() if name.endswith("entry_points.txt"))
        module, function = re.findall(r"advisor = ([\w.]+):(\w+)", files.read(entry).decode())[0]
    places = [tmp_path / "site", *(foreign(tmp_path / "other", name) for name in ("adapters", "bot", "knowledge"))]
    script = f"from {module} import {function}; {function}()"
    told = run(["-c", script, "rules"], *(places if first else places[::-1]))
    assert told.returncode == 0, told.stderr
    assert "rule-1" in told.stdout


def test_a_developer_s_install_leaves_the_packages_importable_where_they_lie(source: Path, tmp_path: Path) -> None:
    code = f"from setuptools.build_meta import build_editable; build_editable({str(tmp_path)!r})"
    built = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "site"
    with zipfile.ZipFile(wheel) as files:
        files.extractall(installed)
    names = ("adapters", "bot", "knowledge", "finetune_advisor")
    code = f"import site; site.addsitedir({str(installed)!r}); import {', '.join(names)}; print(bot.__file__)"
    told = run(["-S", "-c", code], installed)
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == str(source / "bot" / "__init__.py")


@pytest.mark.parametrize("other", ["adapters", "knowledge"])
def test_packages_from_different_places_are_refused_in_a_sentence(tmp_path: Path, other: str) -> None:
    place = foreign(tmp_path, other)
    told = run(["-c", "from bot.cli import main; main()", "rules"], place, ROOT)
    assert told.returncode == 1
    assert f"{other} from {place.resolve()}" in told.stderr
    assert "environment of its own" in told.stderr
    assert "Traceback" not in told.stderr


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
