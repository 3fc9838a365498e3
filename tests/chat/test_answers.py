"""What is typed for a number: one value or one refusal at every entrance, and never an error."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from adapters.console import forms
from adapters.discord.render import modals as discord
from adapters.slack.render import modals as slack
from bot.chat import wording
from bot.chat.answers import Answer, typed
from bot.chat.events import Answered
from bot.cli import app
from bot.cost.parse import given as cost_given
from bot.cost.quote import CostError
from bot.reading import understand
from bot.text.numbers import Refusal
from knowledge.load import load
from knowledge.prices import load_prices
from tests.support.consulting import Talk

KNOWLEDGE = load()
PRICES = load_prices()
Result = tuple[object, str]
"""What came out and the note to it; the value is a sentence where it was refused, and "" where nothing was read."""
UNSURE = None


def by_slack(text: str) -> Result:
    values: dict[str, Any] = {"examples": {"count|examples": {"type": "plain_text_input", "value": text}}}
    got = slack.submitted({"callback_id": slack.FORM, "state": {"values": values}})
    if isinstance(got, dict):
        return ("" if "at least one" in got["examples"] else got["examples"], "")
    assert isinstance(got, Answered)
    return got.facts["examples"], got.notes.get("examples", "")


def by_discord(text: str) -> Result:
    field = {"type": 18, "component": {"type": 4, "custom_id": "count|examples", "value": text}}
    got = discord.submitted({"components": [field]})
    if isinstance(got, str):
        return ("" if "at least one" in got else got, "")
    assert isinstance(got, Answered)
    return got.facts["examples"], got.notes.get("examples", "")


def by_terminal(text: str) -> Result:
    got = forms.take(forms.Pending(wording.form(KNOWLEDGE, ("examples",))), text)
    if got is None:
        return "", ""
    return (
        (got.sentence, "")
        if isinstance(got, Refusal)
        else (got.answers["examples"], dict(got.notes).get("examples", ""))
    )


def by_words(text: str) -> Result:
    got = understand(text, ("examples",), KNOWLEDGE)
    if got.unsure:
        return UNSURE, ""
    value: object = next((one.value for one in got.found if one.fact == "examples"), "")
    note = "; ".join(got.notes)
    return (value, note) if value != "" else (note, "")


def by_cost(text: str) -> Result:
    try:
        got = cost_given(f"{text} in", PRICES)
    except CostError as error:
        return str(error), ""
    return got.tokens_in, " ".join(got.notes)


def by_option(text: str) -> Result:
    done = CliRunner().invoke(app, ["cost", f"--tokens-in={text}"], env={"COLUMNS": "300"})
    if done.exit_code:
        return " ".join(done.output.split()), ""
    taken = re.search(r"A call has ([\d,]+) prompt tokens", " ".join(done.output.split()))
    assert taken, done.output
    return int(taken[1].replace(",", "")), ""


ENTRANCES: dict[str, Callable[[str], Result]] = {
    "slack": by_slack,
    "discord": by_discord,
    "terminal": by_terminal,
    "words": by_words,
    "cost": by_cost,
    "option": by_option,
}
VALUES = [
    ("20k", 20_000),
    ("1,200", 1_200),
    ("1.200", 1_200),
    ("1 200", 1_200),
    ("1,200k", 1_200_000),
    ("1.5k", 1_500),
    ("1,5k", 1_500),
    ("2 mil", 2_000_000),
    ("10-20k", 15_000),
    ("~300", 300),
    ("about 40", 40),
    ("0", 0),
]
REFUSED = [("1.25", "no whole number"), ("-5", "less than"), ("9999999999999", "more than I can reckon with")]


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_number_is_the_same_at_every_entrance(entrance: str, text: str, value: int) -> None:
    read, note = ENTRANCES[entrance](text)
    assert read == value
    if entrance != "option":  # a program that is given a number is not talked to
        assert ("the middle of 10,000 to 20,000" in note) == (text == "10-20k")


@pytest.mark.parametrize("entrance", ENTRANCES)
@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_what_is_no_count_is_refused_in_words_at_every_entrance(entrance: str, text: str, why: str) -> None:
    read, _ = ENTRANCES[entrance](text)
    assert isinstance(read, str) and why in read


@pytest.mark.parametrize("entrance", sorted(set(ENTRANCES) - {"cost", "option"}))
@pytest.mark.parametrize("text", ["I don't know", "?", "idk", "no idea", "not sure"])
def test_not_knowing_is_the_same_at_every_entrance(entrance: str, text: str) -> None:
    assert ENTRANCES[entrance](text) == (UNSURE, "")


@pytest.mark.parametrize("entrance", sorted(set(ENTRANCES) - {"cost", "option"}))
def test_nothing_typed_answers_nothing(entrance: str) -> None:
    assert ENTRANCES[entrance]("") == ("", "")
    assert ENTRANCES[entrance]("  ") == ("", "")


@pytest.mark.parametrize(("text", "value"), VALUES)
async def test_fix_takes_the_same_numbers(text: str, value: int) -> None:
    talk = Talk({"examples": 7})
    said = await talk.say(f"fix examples {text}")
    assert talk.value("examples") == value
    assert ("the middle of 10,000 to 20,000" in said) == (text == "10-20k")


@pytest.mark.parametrize(("text", "why"), REFUSED)
async def test_fix_refuses_with_the_same_words(text: str, why: str) -> None:
    talk = Talk({"examples": 7})
    assert why in await talk.say(f"fix examples {text}")
    assert talk.value("examples") == 7


async def test_fix_takes_choices_by_value_label_and_not_knowing() -> None:
    talk = Talk({"output": "text", "need": ("facts",)})
    await talk.say("fix output yes or no")
    assert talk.value("output") == "yes_no"
    await talk.say("fix need style, cost")
    assert talk.value("need") == ("style", "cost")
    assert "no choice here" in await talk.say("fix output poem")
    await talk.say("fix output ?")
    assert talk.value("output") != "yes_no"


@pytest.mark.parametrize(
    ("text", "share"),
    [("85%", 0.85), ("0.85", 0.85), ("0,85", 0.85), ("85 percent", 0.85), ("?", None), ("I don't know", None)],
)
def test_a_share(text: str, share: float | None) -> None:
    assert typed("text", text) == Answer(share)


@pytest.mark.parametrize("text", ["85", "-3%", "101%", "much", "1.2.3"])
def test_what_is_no_share_is_refused(text: str) -> None:
    assert isinstance(typed("text", text), Refusal)


@given(st.text(max_size=80), st.sampled_from(["choice", "set", "bool", "count", "text"]))
def test_anything_typed_is_a_value_or_a_sentence(text: str, kind: Any) -> None:
    options = wording.plain_options(KNOWLEDGE, {"set": "need", "bool": "quality_ok"}.get(kind, "output"))
    got = typed(kind, text, options=options)
    assert got is None or isinstance(got, Answer) or got.sentence.endswith(".")


@pytest.mark.parametrize("text", ["none of your business", "nothing I can tell", "many"])
def test_words_that_only_begin_like_nothing_are_no_zero(text: str) -> None:
    assert isinstance(typed("count", text), Refusal)
    assert typed("count", "none yet") == Answer(0)
