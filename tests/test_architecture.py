"""The page that shows the floors is true, and no package grows into a corridor."""

import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.architecture import PACKAGES, PAGE, ROOT, between_rooms, floors, graph, picture, room_of, shown

MOST = 18
"""Modules and packages that one package holds: more than these nobody finds by their names."""


def test_the_page_shows_the_floors_that_ci_holds() -> None:
    assert shown() == picture(), "draw it anew: python -m tests.architecture"


def test_every_room_stands_on_one_floor() -> None:
    rooms = {room_of(module) for module in graph().modules} - set(PACKAGES[:2])
    assert sorted(room for floor in floors() for room in floor) == sorted(rooms)


def test_every_import_goes_down_the_picture() -> None:
    height = {room: -number for number, floor in enumerate(floors()) for room in floor}
    up = [(a, b) for a, b in between_rooms() if height[room_of(a)] <= height[room_of(b)]]
    assert up == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_holds_more_than_can_be_found_by_name(package: str) -> None:
    held = {str(folder.relative_to(ROOT)): inside(folder) for folder in folders(package)}
    assert held
    assert {folder: names for folder, names in held.items() if len(names) > MOST} == {}


def folders(package: str) -> list[Path]:
    """Return a package's folders that hold modules."""
    return sorted({module.parent for module in (ROOT / package).rglob("*.py")})


def inside(folder: Path) -> list[str]:
    """Return the names of what a package holds."""
    modules = [each.name for each in folder.glob("*.py") if each.name != "__init__.py"]
    return modules + [each.parent.name for each in folder.glob("*/__init__.py")]


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:bot|adapters|knowledge|tests|docs|benchmarks)/[\w/.-]+)`", PAGE.read_text("utf-8")))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


NAMED = re.compile(r"(?<![\w./-])(?:bot|adapters|knowledge)(?:\.[a-z_]+){2,}\b(?!\()")


def test_every_module_that_a_comment_or_string_names_is_there() -> None:
    found = [
        (str(path.relative_to(ROOT)), name)
        for package in (*PACKAGES, "tests", "benchmarks")
        for path in sorted((ROOT / package).rglob("*.py"))
        for name in NAMED.findall(text_of(path))
    ]
    assert len(found) > 5
    assert [(path, name) for path, name in found if not known(name)] == []


def text_of(path: Path) -> str:
    """Return the comments and strings of a module."""
    kinds = (tokenize.STRING, tokenize.COMMENT)
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline)
    return "\n".join(token.string for token in tokens if token.type in kinds)


def known(name: str) -> bool:
    """Tell whether a dotted name is a module, or something in one."""
    path, inside = ROOT.joinpath(*name.split(".")), ROOT.joinpath(*name.split(".")[:-1])
    return path.is_dir() or path.with_suffix(".py").is_file() or inside.with_suffix(".py").is_file()
