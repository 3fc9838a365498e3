"""`advisor cost`: what it shows, what it says first, and what it refuses."""

from dataclasses import replace
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.cost import cost
from bot.cost.quote import Given, conclusion, warned, work_out
from tests.cost.test_cost import PRICES


def test_the_command_says_first_what_ends_and_recommends_none_of_it() -> None:
    volume = Given(calls_per_day=10**9, tokens_in=9000, tokens_fixed=8900, now="gpt-4.1", tuned="ft:gpt-4.1-mini")
    day = date(2026, 11, 26)
    for small in ("gpt-4.1-mini", "gpt-6-luna"):
        worked = work_out(replace(volume, small=small), PRICES, day)
        assert warned(worked, PRICES, day).startswith("Mind the date: gpt-4.1-mini on openai ends on 2027-01-06")
        assert "worth a try" not in conclusion(worked, PRICES, day, give_calls="x", give_tuned="y")
    for name, end in (("azure/gpt-4.1-mini", "2027-04-14"), ("ft:qwen3-8b", "")):
        assert end in warned(work_out(Given(tuned=name), PRICES, day), PRICES, day)
    assert not warned(work_out(Given(), PRICES, day), PRICES, day), "the worked example lasts"


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(cost)
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app, words)
    return result.exit_code, result.output


def test_the_command_shows_the_worked_example_with_nothing_given() -> None:
    code, shown = run("--now", "gpt-4.1", "--tuned", "ft:gpt-4.1-mini")
    assert code == 0
    for words in ("$0.264 per 1,000 calls", "346,000", "1,030,000", "never", "$2.03", "is assumed", "2026-11-22"):
        assert words in shown, words
    code, shown = run()
    assert code == 0
    for words in ("ft:qwen3-8b", "gpt-6.1-sol", "$0.061 per 1,000 calls", "$0.18", "is assumed"):
        assert words in shown, words


def test_the_command_weighs_the_volume() -> None:
    volume = ("--tokens-in", "9000", "--tokens-fixed", "8900", "--tuned", "llama-3.1-8b", "--now", "gpt-4.1")
    assert "give --calls-per-day" in run(*volume)[1]
    assert "not yet" in run(*volume, "--calls-per-day", "10")[1]
    assert "worth a try" in run(*volume, "--calls-per-day", "1000000000")[1]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--tokens-in", "100", "--tokens-fixed", "200"), "cannot be larger than the whole prompt"),
        (("--now", "gpt-99"), "No price is known for 'gpt-99'"),
        (("--label", "inf"), "must be a number"),
        (("--rows", "-1"), "--rows"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(words: tuple[str, ...], says: str) -> None:
    code, shown = run(*words)
    assert code == 2
    assert says in shown
