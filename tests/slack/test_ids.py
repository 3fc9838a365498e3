"""Conversations, places and people have one name each, and nothing is lost in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import ids

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
teams = st.text(LETTERS, min_size=1, max_size=12).map("T{}".format)
enterprises = st.text(LETTERS, min_size=1, max_size=12).map("E{}".format)
workspaces = teams | st.builds("{}-{}".format, enterprises, teams) | enterprises.map("{}-".format)
channels = st.builds("{}{}".format, st.sampled_from("CDG"), st.text(LETTERS, min_size=1, max_size=12))
users = st.builds("{}{}".format, st.sampled_from("UW"), st.text(LETTERS, min_size=1, max_size=12))
stamps = st.builds("{}.{:06}".format, st.integers(1, 10**10), st.integers(0, 999_999))
threads = st.builds(ids.Place, workspaces, channels, thread=stamps)
own = st.builds(ids.Place, workspaces, channels, person=users)


@given(workspaces, users)
def test_an_author_says_who_it_is_and_where(workspace: str, user: str) -> None:
    author = ids.author(workspace, user)
    assert ids.user_of(author) == user
    assert author.split(":") == ["slack", workspace, user]


@given(enterprises | st.none(), teams, st.booleans())
def test_a_workspace_says_its_organisation_and_team(enterprise: str | None, team: str, across: bool) -> None:
    named = ids.workspace(enterprise, team, grid=across)
    # Where a team installed the app itself it keeps its own id, in an organisation or not.
    assert ids.team_of(named) == ((enterprise, team) if enterprise and across else (None, team))


def test_an_organisation_without_a_team_is_named() -> None:
    assert ids.workspace("E1", None, grid=True) == "E1-"
    assert ids.team_of("E1-") == ("E1", None)


@pytest.mark.parametrize(
    "wrong", ["", "slack", "slack:T1:C1", "discord:1:2:3", "slack:T1:C1:", "slack::C1:U1", "slack:T1:C1:U1:U2"]
)
def test_what_is_no_conversation_on_slack_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no conversation on Slack"):
        ids.place(wrong)


def test_a_place_is_a_thread_or_a_person() -> None:
    for place in (ids.Place("T1", "C1"), ids.Place("T1", "C1", thread="1.2", person="U1")):
        with pytest.raises(ValueError, match="either"):
            ids.conversation(place)
