"""The page that shows the floors is true, and no package grows into a corridor."""

import re
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
