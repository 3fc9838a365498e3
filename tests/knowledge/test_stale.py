"""What the calendar has overtaken: told for a day that is given, and by no build for today."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli.rules import rules
from knowledge.load import load
from knowledge.prices import load_prices
from knowledge.stale import own_day, stale

KNOWLEDGE, PRICES = load(), load_prices()
OWN = own_day(KNOWLEDGE, PRICES)
LATER = {
    date(2027, 1, 7): "platform openai was checked before new jobs ended on 2027-01-06",
    date(2027, 1, 15): "platform openai was checked before gpt-4.1 ended on 2027-01-14",
    date(2027, 2, 6): "gemini-3.1-flash-lite* is listed as current and ends on 2027-05-07",
    date(2027, 2, 21): "the price of openai/gpt-4.1 was checked on 2026-11-22",
    date(2027, 2, 26): "models.yaml: the list was checked on 2026-11-27",
    date(2027, 11, 27): "sources.yaml: litellm was read on 2026-11-26",
}


def test_the_files_are_right_on_their_own_day() -> None:
    assert KNOWLEDGE.models.checked == OWN
    assert stale(KNOWLEDGE, PRICES, OWN) == ()


@pytest.mark.parametrize(("day", "says"), LATER.items())
def test_later_it_is_said_what_to_look_at(day: date, says: str) -> None:
    assert any(says in line for line in stale(KNOWLEDGE, PRICES, day))
    assert not any(says in line for line in stale(KNOWLEDGE, PRICES, day - timedelta(days=1)))


@pytest.mark.parametrize(("role", "name"), [("tuned_model", "ft:gpt-4.1-mini"), ("present_model", "gpt-4.1")])
def test_an_example_that_ends_within_a_quarter_is_out_of_date(role: str, name: str) -> None:
    assumed = PRICES.assumptions
    other = assumed.model_copy(update={role: assumed.present_model.model_copy(update={"value": name})})
    said = stale(KNOWLEDGE, PRICES.model_copy(update={"assumptions": other}), OWN)
    assert len(said) == 1
    assert f"{role} is {name}, which ends on 2027-01-" in said[0]


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_what_is_out_of_date_stays_so(days: int, more: int) -> None:
    before, after = (stale(KNOWLEDGE, PRICES, OWN + timedelta(days=n)) for n in (days, days + more))
    assert set(before) <= set(after)


def run(*words: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(rules)
    result = CliRunner().invoke(app, words)
    return result.exit_code, result.output


def test_the_command_checks_a_day_that_is_given() -> None:
    assert run("--on", OWN.isoformat()) == (0, f"Nothing is out of date on {OWN}.\n")
    code, said = run("--on", "2027-01-20")
    assert code == 1
    assert said.startswith("Out of date on 2027-01-20:\n  prices.yaml: platform openai")


def test_the_check_of_a_house_names_what_its_own_files_overtook(tmp_path: Path) -> None:
    row = "{model: m, provider: us, in: 1, cached_in: 1, out: 1, source: ours, checked: CHECKED, finetuned: false}"
    (tmp_path / "prices.yaml").write_text(f"inference: [{row.replace('CHECKED', '2026-11-01')}]", "utf-8")
    assert run("--check", str(tmp_path))[0] == 0
    (tmp_path / "prices.yaml").write_text(f"inference: [{row.replace('CHECKED', '2026-06-01')}]", "utf-8")
    code, said = run("--check", str(tmp_path))
    assert code == 1
    assert "the price of us/m was checked on 2026-06-01" in said


ROWS = {
    "lifecycle": ["2026-07-02", "60 days", "2026-09-10", "2026-07-07", "45 days", "3.1 Flash-Lite", "reinforcement"],
    "test-sets": ["2026-10-31", "2026-11-30", "Promptfoo"],
}
TEXTS = {
    "openai": ["2026-07-02", "60 days"],
    "bedrock": ["2026-09-10", "2026-07-07", "45 days"],
    "vertex": ["3.1 Flash-Lite", "preferences", "reinforcement"],
    "azure": ["previews", "could not read"],
    "tinker": ["by the token", "Serverless LoRA", "Nebius", "2026-10-05"],
}


@pytest.mark.parametrize(("rule", "words"), ROWS.items())
def test_the_rules_say_what_was_read(rule: str, words: list[str]) -> None:
    said = " ".join(passage.text for passage in KNOWLEDGE.rules[rule].passages)
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize(("platform", "words"), TEXTS.items())
def test_the_platforms_say_what_was_read(platform: str, words: list[str]) -> None:
    assert [word for word in words if word not in PRICES.platforms[platform].text] == []
