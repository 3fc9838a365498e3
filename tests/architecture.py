"""The floors of the code, drawn from pyproject.toml: `python -m tests.architecture` draws them into the page anew."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
PACKAGES = ("adapters", "bot", "knowledge")
_PICTURE = re.compile(r"(?<=<!-- floors -->\n\n```text\n).*?(?=```)", re.S)


def floors() -> list[list[str]]:
    """Return the rooms of each floor, the uppermost first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    (contract,) = (each for each in project["tool"]["importlinter"]["contracts"] if each["id"] == "floors")
    return [[room.strip() for room in floor.split("|")] for floor in contract["layers"]]


def purpose(room: str) -> str:
    """Return the first sentence of a room's docstring."""
    path = ROOT.joinpath(*room.split("."))
    module = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    told = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    return re.split(r"(?<=\.)\s", told, maxsplit=1)[0]


def picture() -> str:
    """Draw the floors, each room with its purpose."""
    drawn = floors()
    name = max(len(room) for floor in drawn for room in floor)
    rows = [[f" {room:{name}}  {purpose(room)} " for room in floor] for floor in drawn]
    width = max(len(row) for floor in rows for row in floor)
    between = f"├{'─' * width}┤\n"
    boxes = between.join("".join(f"│{row:{width}}│\n" for row in floor) for floor in rows)
    return f"┌{'─' * width}┐\n{boxes}└{'─' * width}┘\n"


def shown() -> str:
    """Return the picture that the page shows."""
    found = _PICTURE.search(PAGE.read_text("utf-8"))
    return found.group() if found else ""


@cache
def graph() -> grimp.ImportGraph:
    """Return what imports what."""
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def room_of(module: str) -> str:
    """Return the room in which a module lies; a package of platforms, and `bot` itself, are none."""
    first, _, rest = module.partition(".")
    return first if first == "knowledge" else f"{first}.{rest.partition('.')[0]}".rstrip(".")


def between_rooms() -> Iterator[tuple[str, str]]:
    """Yield each import that leaves its room: the module and what it imports."""
    for module in sorted(graph().modules):
        for imported in sorted(graph().find_modules_directly_imported_by(module)):
            if room_of(module) != room_of(imported):
                yield module, imported


def main() -> None:
    """Draw the floors into the page."""
    PAGE.write_text(_PICTURE.sub(lambda _: picture(), PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
