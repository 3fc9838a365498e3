"""The pages for people: their links lead somewhere, and the commands they name exist."""

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.core import TyperGroup

from adapters.slack.manifest import EVENTS
from bot.cli import app
from bot.trial.file import load as load_trial
from bot.trial.scorers.registry import names
from knowledge.load import load
from tests.fakes.discord.refusal import REFUSALS
from tests.site import rules, settings

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
COMMAND = re.compile(r"(?:^|[|;] |=\S+ )(?:[`$ -]*)(?:run: )?(?:\.venv/bin/)?advisor ([a-z-].*)", re.M)


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def anchors(page: Path) -> set[str]:
    """Return the ids that a page's headings get."""
    headings = re.findall(r"^#+ +(.+?) *#*$", FENCE.sub("", text_of(page)), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    ("name", "make"),
    [("docs/settings.md", settings.page), (".env.example", settings.example), ("docs/rules.svg", rules.picture)],
)
def test_what_is_made_from_the_program_is_what_it_makes_today(name: str, make: Callable[[], str]) -> None:
    assert (ROOT / name).read_text("utf-8") == make(), "run `python -m tests.site`, which writes it anew"


def test_each_setting_says_what_it_is() -> None:
    told = {each.name: each.words for listed in settings.settings_by_section().values() for each in listed}
    assert len(told) > 20
    assert [name for name, words in told.items() if not words.endswith((".", "..."))] == []


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


def command_lines() -> set[str]:
    """Return what stands behind `advisor` in the code of a page, as it would be typed; of alternatives the first."""
    lines: set[str] = set()
    for page in PAGES:
        text = text_of(page) if page.exists() else ""
        code = [match.group() for match in FENCE.finditer(text)] + re.findall(r"^ {4,}.*$", text, re.M)
        code += re.findall(r"`([^`\n]+)`", FENCE.sub("", text))
        for piece in code:
            for typed in COMMAND.findall(piece):
                plain = re.sub(r"\\?\|\S+|[\[\]`]", "", re.split(r" [#<>|]", typed)[0])
                lines.add(plain.replace("YYYY-MM-DD", "2026-11-27").strip())
    return lines


@pytest.mark.parametrize("line", sorted(command_lines()))
def test_every_command_that_a_page_names_can_be_typed_so(line: str) -> None:
    """It is taken apart as the program does it, and not carried out."""
    command, words, context = typer.main.get_command(app), shlex.split(line), None
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        context = command.make_context("advisor", words[:1], parent=context, resilient_parsing=True)
        _, command, words = command.resolve_command(context, words)
        assert command
    options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    named = {word for word in words if word.startswith("--")}
    assert named <= options | {"--help"}, f"advisor {line}"
    # A command, or an option, named alone is what a sentence speaks of.
    if words and words[-1] not in named:
        command.make_context("advisor", words, parent=context)


def test_the_page_of_the_terminal_lists_every_command() -> None:
    page = (ROOT / "docs" / "terminal.md").read_text("utf-8")
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    assert [name for name in command.commands if f"| `advisor {name}" not in page] == []


def test_every_target_of_make_that_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = {word for page in PAGES for word in re.findall(r"^ *(?:\$ )?make ([a-z]+)", text_of(page), re.M)}
    assert {"chat", "test"} <= named
    assert named <= targets


CITED = re.compile(r"\b((?:docs/)[\w-]+\.md)#([\w-]+)")
PLATFORMS = ROOT / "docs" / "platforms.md"
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")
NO_TEST = ("not used", "not imitated", "the library's", "not verified")


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
            if product == "the product" or row.startswith("|---"):
                continue
            if "payloads" in section.partition("\n")[0]:  # where its example is, in place of the fake's test
                assert TEST.search(product) or "not verified" in fake, row
            else:
                assert all(TEST.search(cell) or cell.startswith(NO_TEST) for cell in (fake, product)), row
            for cell, folder in ((fake, ROOT / "tests" / "fakes" / platform), (product, ROOT / "tests" / platform)):
                for name, test in TEST.findall(cell):
                    named += 1
                    assert test in functions(folder / name), f"{name} in {folder.name} has no {test}"
    assert named > 100


def test_the_page_of_the_platforms_names_all_that_is_read_of_slack() -> None:
    payloads = text_of(PLATFORMS).partition("## Slack payloads")[2].partition("\n## ")[0]
    named = {*re.findall(r"`([\w.]+)`", payloads)}
    calls = re.compile(r"\.((?:agents|apps|assistant|auth|chat|conversations|files|oauth|users|views)_\w+)\(")
    called = {name for module in (ROOT / "adapters" / "slack").rglob("*.py") for name in calls.findall(text_of(module))}
    assert len(called) > 15
    assert [name for name in called if name.replace("_", ".") not in named] == []
    assert [event for event in EVENTS if event.partition(".")[0] not in named] == []


def test_every_test_that_the_page_of_threats_names_is_there() -> None:
    page = text_of(ROOT / "docs" / "security.md")
    named = TEST.findall(page)
    assert len(named) > 50
    assert [f"{name}::{test}" for name, test in named if test not in functions(ROOT / name)] == []
    points = re.findall(r"^\| (\d+) \|(.*)\|$", page, re.M)
    assert [int(number) for number, _ in points] == [*range(1, 21)]
    assert all(TEST.search(row) for _, row in points), "each point has its test"


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


def test_every_page_for_people_stands_in_the_contents_of_the_site() -> None:
    sections = tomllib.loads(text_of(ROOT / "zensical.toml"))["project"]["nav"]
    listed = {page for section in sections for pages in section.values() for page in pages}
    assert {page.relative_to(ROOT).as_posix() for page in (ROOT / "docs").glob("*.md")} <= listed
    assert [page for page in listed if not (ROOT / page).is_file()] == []


def example(page: str, language: str) -> str:
    """Return the first example in this language on a page, without the margin that a list gives it."""
    found = re.search(rf"^( *)```{language}\n(.*?)^ *```", text_of(ROOT / "docs" / page), re.M | re.S)
    assert found
    return re.sub(rf"^{found[1]}", "", found[2], flags=re.M)


def test_the_house_rule_of_the_page_is_one(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tables.md").write_text(example("house-rules.md", "markdown"), "utf-8")
    assert "tables-first" in {clause.id for clause in load(tmp_path).clauses}


@pytest.mark.parametrize("wrapped", [True, False])
def test_the_task_that_comes_from_hosted_evals_is_one(tmp_path: Path, wrapped: bool) -> None:
    row = json.loads(example("hosted-evals.md", "json"))["item"]
    (tmp_path / "reviews.jsonl").write_text(json.dumps({"item": row} if wrapped else row) + "\n", "utf-8")
    (tmp_path / "reviews.yaml").write_text(example("hosted-evals.md", "yaml"), "utf-8")
    wanted = load_trial(tmp_path / "reviews.yaml")
    assert [(each.input, each.output) for each in wanted.task.pairs] == [(row["input"], row["label"])]
    assert (wanted.task.scorer.name, wanted.task.bar) == ("label", 0.9)


def test_the_page_of_trials_lists_every_scorer_as_a_file_may_name_it(tmp_path: Path) -> None:
    table = text_of(ROOT / "docs" / "trials.md").partition("| `scorer` |")[2].partition("\n\n")[0]
    forms = [form for cell in re.findall(r"^\| (`.*?`) \|", table, re.M) for form in re.findall(r"`([^`]+)`", cell)]
    wanted = {"json": '{"a": 1}', "number": "3.5", "label": "billing"}
    named: list[str] = []
    for form in forms:
        scorer = yaml.safe_load(form)
        name = scorer if isinstance(scorer, str) else next(iter(scorer))
        file = {"items": [{"input": "Q", "output": wanted.get(name, "Erstattung in 14 Tagen")}], "scorer": scorer}
        (tmp_path / "task.json").write_text(json.dumps(file), "utf-8")
        named.append(load_trial(tmp_path / "task.json").task.scorer.name)
    assert {*named} == {*names()}


def test_the_workflow_of_the_page_is_one_and_shows_what_the_trial_writes() -> None:
    steps = yaml.safe_load(example("ci.md", "yaml"))["jobs"]["trial"]["steps"]
    said = [str(step.get("run")) for step in steps]
    assert any(line.startswith("advisor trial evals/reviews.yaml --summary") for line in said)
    assert any("evals/reviews-trial.md" in line for line in said)
