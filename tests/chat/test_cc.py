"""Whom a message names besides: what is left of the words."""

import pytest

from bot.chat.cc import without_copies, without_names
from bot.chat.commands import Command, parse

COPIES = [
    ("we have 400 examples cc @here", "we have 400 examples"),
    ("we have 400 examples, cc: @ben, @cy and @dee.", "we have 400 examples"),
    ("we have 400 examples (cc @ben)", "we have 400 examples"),
    ("@here we have 400 examples", "we have 400 examples"),
    ("@channel: we have 400 examples @everyone", "we have 400 examples"),
    ("cc @here", ""),
    ("it is @sara", "it is @sara"),
    ("@sara would", "@sara would"),
    ("mail to team@here.example", "mail to team@here.example"),
    ("@hereford knows", "@hereford knows"),
    ("we cc @ben on each reply", "we cc @ben on each reply"),
    ("400 examples\n", "400 examples\n"),
]


@pytest.mark.parametrize(("text", "left"), COPIES)
def test_those_who_are_only_to_know_of_it_are_left_out(text: str, left: str) -> None:
    assert without_copies(text) == left
    assert left in text, "quotes stay what was said"


@pytest.mark.parametrize(
    ("text", "left"),
    [("help @ben", "help"), ("@ben @cy, thanks", "thanks"), ("thanks @ben, @cy!", "thanks"), ("a @ben b", "a @ben b")],
)
def test_whoever_is_named_before_or_after_is_left_out(text: str, left: str) -> None:
    assert without_names(text) == left


COMMANDS = [
    ("help cc @here", Command("help")),
    ("@ben help", Command("help")),
    ("status, @ben", Command("status")),
    ("rule 2 cc @ben", Command("rule", "2")),
    ("forget cc @here", Command("forget")),
    ("forget @ben", None),
    ("off cc @here", Command("off")),
    ("allow role <@&1>", Command("allow", "role <@&1>")),
]


@pytest.mark.parametrize(("text", "command"), COMMANDS)
def test_a_command_to_us_stays_one_whoever_else_is_named(text: str, command: Command | None) -> None:
    assert parse(text, addressed=True) == command


def test_between_people_no_name_makes_a_command() -> None:
    assert parse("help @ben") is None and parse("@ben status") is None
