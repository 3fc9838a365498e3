"""App Home: what a person finds there, within Slack's limits."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.inbound.home import START, home_view
from adapters.slack.render import action_ids
from bot.platform.overview import MOST, Overview, Summary
from tests.fakes.slack import blocks as kit
from tests.fakes.slack import text_of
from tests.fakes.slack.posting import used
from tests.slack.replies import CONVERSATION, DAY


def one(title: str = "Tone", verdict: str | None = None, question: str | None = None, **more: Any) -> Summary:
    given: dict[str, Any] = {"id": CONVERSATION, "updated": DAY, "private": False, "running": False, **more}
    return Summary(title=title, verdict=verdict, question=question, **given)


def view(*summaries: Summary, days: int = 30, total: int | None = None) -> dict[str, Any]:
    found = Overview(summaries, len(summaries) if total is None else total)
    return home_view(found, lambda conversation, action: f"{action}~{conversation}", days=days)


def test_open_ones_come_before_those_with_a_verdict():
    shown = text_of(view(one("A", "Prompt first"), one("B", question="What now?"))["blocks"])
    assert shown.index("*B*") < shown.index("*A*")
    assert "What now?" in shown
    assert "Prompt first" in shown


def test_one_with_a_running_trial_says_so():
    assert "A trial is running." in text_of(view(one(running=True))["blocks"])


@pytest.mark.parametrize(
    ("id", "private", "where"),
    [
        (CONVERSATION, False, "In <#C0123>"),
        ("slack:T0123:C0123:U0123", True, "In <#C0123>, where only you saw it"),
        ("slack:T0123:D0123:1700000000.000100", True, "In our direct messages"),
    ],
)
def test_it_says_where_each_one_is_and_when(id: str, private: bool, where: str):
    shown = text_of(view(one(id=id, private=private))["blocks"])
    assert f"{where} · <!date^{int(DAY.timestamp())}^" in shown


def test_each_one_can_be_found_and_forgotten_and_a_new_one_begun():
    start, *rest = used(view(one(), one(id="slack:T0123:C0123:U0123"))["blocks"])
    assert start["action_id"] == START
    found = [action_ids.pressed({"actions": [button]}) for button in rest]
    assert [(each.conversation, each.sealed.partition("~")[0]) for each in found if each] == [
        (CONVERSATION, "open"),
        (CONVERSATION, "forget"),
        ("slack:T0123:C0123:U0123", "open"),
        ("slack:T0123:C0123:U0123", "forget"),
    ]
    assert all("confirm" in button for button in rest[1::2])


def test_somebody_new_is_told_how_to_begin_and_what_is_kept():
    shown = text_of(view(days=1)["blocks"])
    assert "Begin one here" in shown
    assert "kept for a day" in shown
    assert "can be wrong" in shown


def test_nothing_in_a_title_calls_anybody():
    shown = text_of(view(one("<!channel> *all* of you"))["blocks"])
    assert "<!channel>" not in shown
    assert "*all*" not in shown


summaries = st.builds(
    one,
    title=st.text(max_size=300),
    verdict=st.none() | st.text(max_size=200),
    question=st.none() | st.text(max_size=5000),
    updated=st.integers(0, 900).map(lambda days: DAY - timedelta(days=days)),
    running=st.booleans(),
    private=st.booleans(),
)


def test_where_some_are_left_out_it_says_how_many_are_listed():
    assert "The newest 2 of your 45 consultations are listed." in text_of(view(one(), one(), total=45)["blocks"])
    assert "are listed" not in text_of(view(one(), one())["blocks"])


@given(st.lists(summaries, max_size=MOST))
def test_however_many_there_are_no_limit_is_broken(many: list[Summary]):
    shown = view(*many)
    assert kit.view_problems(shown, "home") == []
    assert len(used(shown["blocks"])) == 1 + 2 * len(many)
    assert "can be wrong" in text_of(shown["blocks"])
