"""The pages for people: their links lead somewhere, and the commands they name exist."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.fakes.discord.refusal import REFUSALS

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "tests").rglob("*.md")),
    ROOT / "benchmarks" / "README.md",
    ROOT / "knowledge" / "README.md",
]
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2", re.M | re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)")
COMMAND = re.compile(r"\badvisor((?: [a-z]+)+)")


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def anchors(page: Path) -> set[str]:
    """Return the ids that a page's headings get."""
    headings = re.findall(r"^#+ +(.+?) *#*$", FENCE.sub("", text_of(page)), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}, which is not there"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{page.name} links to {link}, and {target.name} has no such heading"


def commands() -> set[str]:
    """Return the commands that stand as code in a page: `advisor chat`, and a second word where it is a subcommand."""
    named: set[str] = set()
    for page in PAGES:
        text = text_of(page) if page.exists() else ""
        code = [match.group() for match in FENCE.finditer(text)] + re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
        for piece in code:
            for words in COMMAND.findall(piece):
                group = words.split()
                named.add(" ".join(group[: 2 if group[0] in ("slack", "discord") else 1]))
    return named


def test_every_command_that_a_page_names_exists() -> None:
    named = commands()
    assert {"chat", "consult"} <= named
    for command in sorted(named):
        words = [sys.executable, "-c", "from bot.cli import main; main()", *command.split(), "--help"]
        told = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
        assert told.returncode == 0, f"advisor {command} --help: {told.stderr}"


def test_every_target_of_make_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {word for page in PAGES for word in re.findall(r"^ *(?:\$ )?make ([a-z]+)", text_of(page), re.M)}
    assert {"chat", "test"} <= named
    assert named <= targets


CITED = re.compile(r"\b((?:docs/)[\w-]+\.md)#([\w-]+)")
PLATFORMS = ROOT / "docs" / "platforms.md"
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def test_every_heading_that_code_points_to_is_there() -> None:
    cited: set[tuple[str, str]] = set()
    for package in ("adapters", "bot", "knowledge", "tests"):
        for module in (ROOT / package).rglob("*.py"):
            cited.update(CITED.findall(module.read_text("utf-8")))
    assert len(cited) > 20
    missing = [f"{page}#{anchor}" for page, anchor in sorted(cited) if anchor not in anchors(ROOT / page)]
    assert missing == []


def test_every_test_that_the_page_of_the_platforms_names_is_there() -> None:
    named = 0
    for section in re.split(r"^## ", text_of(PLATFORMS), flags=re.M)[1:]:
        platform = section.split()[0].lower()
        for row in re.findall(r"^\|.*\|$", section, re.M):
            *_, fake, product = [cell.strip() for cell in row.strip("|").split("|")]
            for cell, folder in ((fake, ROOT / "tests" / "fakes" / platform), (product, ROOT / "tests" / platform)):
                for name, test in TEST.findall(cell):
                    named += 1
                    assert test in functions(folder / name), f"{name} in {folder.name} has no {test}"
    assert named > 100


@cache
def functions(module: Path) -> frozenset[str]:
    """Return the names of the functions that stand in a module."""
    nodes = ast.walk(ast.parse(module.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_each_behaviour_of_a_platform_has_an_address_of_its_own_documentation() -> None:
    head = ""
    for line in text_of(PLATFORMS).splitlines():
        if line.startswith("| ") and "says so" in line:
            head = line
        elif not line.startswith("|"):
            head = ""
        elif head and not line.startswith("|---"):
            source = line.strip("|").split("|")[1]
            assert re.search(r"https://docs\.(slack\.dev|discord\.com)/", source), line


def test_the_page_of_the_fake_slack_names_every_offence() -> None:
    folder = ROOT / "tests" / "fakes" / "slack"
    written = {kind for module in folder.rglob("*.py") for kind in re.findall(r"offend\(\"(\w+)\"", text_of(module))}
    table = text_of(folder / "README.md").partition("## Offences")[2]
    named = {kind for row in re.findall(r"^\| (`.*?) \|", table, re.M) for kind in re.findall(r"`(\w+)`", row)}
    assert len(written) > 20
    assert named == written


def test_the_page_of_the_fake_discord_names_every_refusal() -> None:
    page = text_of(ROOT / "tests" / "fakes" / "discord" / "README.md")
    assert "`refusal.py`" in page
    shown = {int(code) for code in re.findall(r"\b\d{5,6}\b", page)}
    assert shown <= set(REFUSALS)
    assert {code for code, (_, _, source, _) in REFUSALS.items() if source.startswith("docs/")} <= shown
