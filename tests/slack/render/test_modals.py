"""Forms: what is asked, what comes back, and what is said about what cannot be read."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render.modals import SAMPLES as TEXT
from adapters.slack.render.modals import modal, submitted
from bot.chat.events import Answered, FileRef, Pasted
from bot.chat.form_openers import DATASET, SAMPLES, opened_by
from bot.chat.reply import Form, FormField, Option
from bot.chat.wording import form
from bot.consultation.base import Value
from knowledge.values import value_fits
from tests.fakes.slack import blocks as kit
from tests.fakes.slack import text_of
from tests.fakes.slack.modals import state_of
from tests.slack.delivery import KNOWLEDGE


def sent(view: dict[str, Any], **values: Any) -> Any:
    """Submit a view with these values by block, as the fake does."""
    return submitted({**view, "state": {"values": state_of(view["blocks"], values)}})


def facts(*names: str) -> dict[str, Any]:
    return modal(form(KNOWLEDGE, names), "carried")


def elements(view: dict[str, Any]) -> dict[str, str]:
    return {block["block_id"]: block["element"]["type"] for block in view["blocks"] if block["type"] == "input"}


def test_every_form_that_a_press_can_open_is_a_good_modal():
    opened = [SAMPLES, DATASET, *(form(KNOWLEDGE, question.facts) for question in KNOWLEDGE.questions.values())]
    for each in opened:
        view = modal(each, json.dumps({"c": "slack:T1:C1:1.2", "s": "sealed"}))
        assert kit.view_problems(view, "modal") == []
        assert view["private_metadata"] == '{"c": "slack:T1:C1:1.2", "s": "sealed"}'
        assert all(block.get("optional") for block in view["blocks"] if block["type"] == "input")
        assert "*" not in view["title"]["text"]


def test_a_form_says_why_each_fact_matters_and_helps():
    said = text_of(facts("need")["blocks"])
    assert "It matters because it decides whether this is about facts, words or money." in said
    assert "_tone or style_" in said


def test_each_type_has_its_own_field():
    view = facts("need", "output", "quality_ok", "examples")
    assert elements(view) == {
        "need": "multi_static_select",
        "output": "radio_buttons",
        "quality_ok": "radio_buttons",
        "examples": "plain_text_input",
    }


@pytest.mark.parametrize(
    ("fact", "given", "value"),
    [
        ("quality_ok", "true", True),
        ("quality_ok", "false", False),
        ("quality_ok", "?", None),
        ("output", "label", "label"),
        ("need", ["style", "facts"], ("style", "facts")),
        ("need", ["?"], None),
        ("examples", "400", 400),
        ("examples", " 1,200 ", 1200),
        ("examples", "1.200", 1200),
        ("examples", "20k", 20_000),
        ("examples", "1.5 m", 1_500_000),
        ("examples", "about 40", 40),
        ("examples", "~40", 40),
        ("examples", "0", 0),
        ("examples", "?", None),
        ("examples", "I don't know.", None),
    ],
)
def test_what_is_filled_in_comes_back_as_the_fact_takes_it(fact: str, given: Any, value: Value | None):
    assert sent(facts(fact), **{fact: given}) == Answered(facts={fact: value})
    assert value is None or value_fits(KNOWLEDGE.facts[fact], value) is not None


def test_what_is_left_empty_is_not_answered():
    assert sent(facts("need", "output", "examples"), output="text") == Answered(facts={"output": "text"})


def test_a_form_with_nothing_in_it_says_what_to_do():
    told = sent(facts("need", "output"))
    assert list(told) == ["need"]
    assert "at least one" in told["need"]


@pytest.mark.parametrize(
    "given", ["-5", "4.5", "many", "12, 20", "1,2", "1,20,000", "99999999999999999999", "4 apples"]
)
def test_what_is_no_whole_number_is_said_at_its_field(given: str):
    told = sent(facts("quality_ok", "examples"), quality_ok="true", examples=given)
    assert list(told) == ["examples"]
    assert "whole number" in told["examples"]


def test_to_know_and_not_to_know_at_once_is_said_at_its_field():
    told = sent(facts("need"), need=["style", "?"])
    assert "not both" in told["need"]


@pytest.mark.parametrize(("given", "value"), [("85%", 0.85), ("0.85", 0.85), ("100 %", 1.0), ("0", 0.0), ("?", None)])
def test_a_share_can_be_given_in_percent(given: str, value: float | None):
    assert sent(_share(), pass_rate=given) == Answered(facts={"pass_rate": value})


@pytest.mark.parametrize("given", ["85", "120%", "-1", "most"])
def test_what_is_no_share_is_said_at_its_field(given: str):
    assert "85%" in sent(_share(), pass_rate=given)["pass_rate"]


def _share() -> dict[str, Any]:
    field = FormField(fact="pass_rate", ask="Which share passes?", why="it says how good it is", type="text")
    return modal(Form(id="x", title="A share", fields=(field,)), "")


def test_pasted_samples_come_back_as_they_were_typed_with_their_files():
    file = {"id": "F1", "name": "a.csv", "size": 7, "url_private_download": "https://files.slack.com/f/a.csv"}
    assert sent(modal(SAMPLES, "x"), samples=" input: a\noutput: b ", files=[file]) == Pasted(
        text="input: a\noutput: b", files=(FileRef(name="a.csv", ref="F1 https://files.slack.com/f/a.csv", size=7),)
    )
    assert sent(modal(DATASET, "x"), samples="{}") == Pasted(text="{}", purpose="dataset")


def test_a_paste_of_nothing_says_what_to_do():
    assert sent(modal(SAMPLES, "x")) == {TEXT: "Paste something here, or attach a file."}


def test_one_fact_can_be_corrected():
    opened = opened_by(KNOWLEDGE, "fix", ("calls_per_day",))
    assert isinstance(opened, Form)
    assert sent(modal(opened, "x"), calls_per_day="20000") == Answered(facts={"calls_per_day": 20_000})


def test_more_than_slack_carries_is_refused():
    with pytest.raises(ValueError):
        modal(SAMPLES, "x" * 3001)


text = st.text(min_size=1, max_size=300).filter(str.strip)


@given(
    text,
    st.lists(
        st.builds(
            FormField,
            fact=text.map(lambda name: name[:200]),
            ask=text,
            why=text,
            type=st.sampled_from(["choice", "set", "bool", "count", "text"]),
            options=st.lists(st.builds(Option, value=text.map(lambda v: v[:150]), label=text), min_size=1, max_size=40)
            .filter(lambda options: len({o.value for o in options}) == len(options))
            .map(tuple),
            hint=st.none() | text,
        ),
        min_size=1,
        max_size=9,
        unique_by=lambda field: field.fact,
    ).map(tuple),
    st.text(max_size=5000),
)
def test_whatever_is_asked_no_limit_is_broken(title: str, fields: tuple[FormField, ...], help: str):
    view = modal(Form(id="x", title=title, fields=fields, help=help), "")
    assert kit.view_problems(view, "modal") == []
