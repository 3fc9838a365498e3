"""The pages for people: their links lead somewhere, and the commands they name exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2", re.M | re.S)
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)")
COMMAND = re.compile(r"\badvisor((?: [a-z]+)+)")


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def anchors(page: Path) -> set[str]:
    """Return the ids that a page's headings get."""
    headings = re.findall(r"^#+ +(.+?) *#*$", FENCE.sub("", text_of(page)), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
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
