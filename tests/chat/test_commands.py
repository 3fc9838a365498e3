"""The words that are commands: one row each, understood wherever somebody speaks to the advisor, and nowhere else."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.inbound.commands import definitions
from adapters.slack import manifest
from bot.chat import commands
from bot.chat.commands import ROWS, Command, Here, Place, Platform, Row, help_text, parse, works
from knowledge.load import load

KNOWLEDGE = load(None)
PLACES: tuple[tuple[Platform, Place], ...] = (
    ("console", "direct"),
    ("slack", "thread"),
    ("slack", "direct"),
    ("slack", "slash"),
    ("discord", "thread"),
    ("discord", "direct"),
    ("discord", "slash"),
)
EVERYWHERE = [
    Here(platform, place, manages=manages, decides=decides)
    for platform, place in PLACES
    for manages in (False, True)
    for decides in (False, True)
]


def named(text: str) -> list[str]:
    """Return what stands as a command in a list of help."""
    return re.findall(r"^- `([^`]+)`:", text, re.MULTILINE)


def subcommands() -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in definitions()[0]["options"]}


def test_a_row_that_is_added_is_understood_and_listed_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row("weigh", "weigh two ways", example="weigh 2", grammar=re.compile(r"\d").fullmatch)
    monkeypatch.setattr(commands, "ROWS", (*ROWS, row))
    assert parse("weigh 2", addressed=True) == ("weigh", "2")
    assert parse("weigh two ways against each other", addressed=True) is None
    assert "- `weigh 2`: weigh two ways" in help_text(KNOWLEDGE, Here("slack", "thread"))
    assert subcommands()["weigh"]["description"] == "Weigh two ways"
    assert "weigh 2" in manifest.manifest()["features"]["slash_commands"][0]["usage_hint"]


@pytest.mark.parametrize("here", EVERYWHERE, ids=str)
def test_every_word_of_help_works_as_it_stands_and_none_is_left_out(here: Here) -> None:
    listed = named(help_text(KNOWLEDGE, here))
    slash = "/" if here.place == "slash" else ""
    for words in listed:
        assert parse(f"{slash}{words}", addressed=True), words
    for row in ROWS:
        assert (row.said in listed) == works(row, here)
    managing = {"allow here", "deny here", "off", "on"} & set(listed)
    assert len(managing) == (4 if here.manages and here.platform != "console" else 0)


@pytest.mark.parametrize("here", EVERYWHERE, ids=str)
def test_the_five_rules_stand_first(here: Here) -> None:
    assert named(help_text(KNOWLEDGE, here))[:5] == [f"rule {n}" for n in range(1, 6)]


def test_without_a_model_help_names_no_trial() -> None:
    assert not {"try", "stop", "again"} & set(named(help_text(KNOWLEDGE, Here("slack", "thread", model=False))))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("cost 5000 calls a day", ("cost", "5000 calls a day")),
        ("Cost: 20k calls a month, 800 in 200 out", ("cost", "20k calls a month, 800 in 200 out")),
        ("cost 5000/day", ("cost", "5000/day")),
        ("cost", ("cost", "")),
        ("what would it cost?", ("cost", "")),
        ("So how much would a finetune cost us?", ("cost", "")),
        ("dataset", ("dataset", "")),
        ("trial", ("try", "")),
        ("try these please", ("try", "")),
        ("rule 2", ("rule", "2")),
        ("rules", ("rule", "")),
        ("help please", ("help", "")),
        ("stop the trial", ("stop", "")),
        ("off", ("off", "")),
        ("On.", ("on", "")),
        ("allow here", ("allow", "here")),
        ("allow <#C0123ABCD|general>", ("allow", "<#C0123ABCD|general>")),
        ("deny role <@&123456789012345678>", ("deny", "role <@&123456789012345678>")),
    ],
)
def test_words_to_the_advisor_are_commands_with_their_arguments(text: str, means: tuple[str, str]) -> None:
    assert parse(text, addressed=True) == means


@pytest.mark.parametrize(
    "text",
    [
        "cost too much",
        "what does it cost us today?",
        "what does it cost to run gpt-4",
        "cost is 5000 a day, which hurts",
        "cost per call matters most to us",
        "allow me to explain",
        "on the other hand we have 400 examples",
        "off topic: our tone is wrong",
        "try a bigger prompt first, we did",
        "trial and error did not help",
        "stop words are left out by it",
        "forget it",
        "dataset has 400 rows",
        "status pages are what it writes",
        "leave requests come in as free text",
        "verdict prediction for courts",
        "check our replies, they are too formal",
        "why does it never keep our tone",
        "help desk tickets are sorted wrong",
    ],
)
def test_sentences_that_begin_with_such_a_word_are_none(text: str) -> None:
    assert parse(text, addressed=True) is None


@pytest.mark.parametrize(
    "text", ["cost", "what would it cost?", "off", "on", "allow here", "dataset", "try it", "stop it", "help please"]
)
def test_what_is_said_to_others_needs_more_than_to_the_advisor(text: str) -> None:
    assert parse(text, addressed=True)
    assert parse(text) is None


@given(st.sampled_from([row.name for row in ROWS]), st.text(max_size=300))
def test_whatever_follows_it_is_a_row_or_none(name: str, rest: str) -> None:
    for text in (f"{name} {rest}", f"/{name} {rest}"):
        found = parse(text, addressed=True)
        assert found is None or found.name in {row.name for row in ROWS}


def test_the_hint_and_the_descriptions_keep_to_the_platforms_limits() -> None:
    assert len(commands.usage("slack")) <= 1000
    for name, each in subcommands().items():
        assert len(name) <= 32 and 0 < len(each["description"]) <= 100 and len(each["options"]) <= 25
    assert len(subcommands()) <= 25


@pytest.mark.parametrize("names", ["@ben ", "cc @ben, "])
def test_names_around_a_command_are_looked_past_and_not_without_end(names: str):
    for word in ("help", "stop"):
        assert parse(f"{word} {names.strip(' ,')}", addressed=True) == Command(word)
        assert parse(f"{names * 2_000}{word}", addressed=True) is None
